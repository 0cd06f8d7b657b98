// Which ports fit each other, and the reason when they do not.
import { downstreamOf, sourcesOf } from "./document.js";

/** Components by versioned key; a key without a version finds the newest. */
export function makeCatalog(components) {
  const catalog = new Map();
  for (const component of components) catalog.set(component.key, component);
  for (const component of components) {
    const newest = catalog.get(component.id);
    if (!newest || newest.version < component.version) catalog.set(component.id, component);
  }
  return catalog;
}

export function specOf(catalog, node) {
  return node ? catalog.get(node.component) || catalog.get(node.component.split("@")[0]) : undefined;
}

export function portOf(catalog, document, nodeId, direction, name) {
  return specOf(catalog, document.nodes[nodeId])?.[direction].find((port) => port.name === name);
}

/** Why a connection cannot be: null when it can, else the key of the text and its slots. */
export function refusal(document, catalog, connection) {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (source === target) return { key: "refuse_self" };
  const from = portOf(catalog, document, source, "outputs", sourceHandle);
  const to = portOf(catalog, document, target, "inputs", targetHandle);
  if (!from || !to) return { key: "refuse_unknown" };
  if (from.type !== to.type) {
    return { key: "refuse_type", slots: { from: from.title, given: from.type, to: to.title, needed: to.type } };
  }
  const present = sourcesOf(document.nodes[target].inputs?.[targetHandle]);
  if (present.includes(`${source}.${sourceHandle}`)) return { key: "refuse_twice" };
  if (downstreamOf(document, target).has(source)) return { key: "refuse_cycle" };
  return null;
}

/** What could hang on a port: ports of nodes that stand on the canvas, then new components. */
export function offers(document, catalog, nodeId, direction, portName) {
  const port = portOf(catalog, document, nodeId, direction, portName);
  if (!port) return [];
  const other = direction === "outputs" ? "inputs" : "outputs";
  const found = [];
  for (const [id, node] of Object.entries(document.nodes)) {
    for (const candidate of specOf(catalog, node)?.[other] || []) {
      const connection = connectionOf(direction, nodeId, portName, id, candidate.name);
      if (candidate.type === port.type && !refusal(document, catalog, connection)) {
        found.push({ kind: "port", node: id, port: candidate, connection });
      }
    }
  }
  const seen = new Set();
  for (const component of catalog.values()) {
    if (seen.has(component.key) || catalog.get(component.id) !== component) continue;
    seen.add(component.key);
    const candidate = component[other].find((item) => item.type === port.type && !item.optional)
      || component[other].find((item) => item.type === port.type);
    if (candidate) found.push({ kind: "component", component, port: candidate });
  }
  return found;
}

export function connectionOf(direction, nodeId, portName, otherNode, otherPort) {
  return direction === "outputs"
    ? { source: nodeId, sourceHandle: portName, target: otherNode, targetHandle: otherPort }
    : { source: otherNode, sourceHandle: otherPort, target: nodeId, targetHandle: portName };
}
