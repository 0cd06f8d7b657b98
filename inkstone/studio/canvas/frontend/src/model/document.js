// The pipeline document as the canvas edits it: the JSON of inkstone.backend.pipeline.document.Pipeline.
// Every function returns a new document and leaves the old one as it was, so that undo is a list of documents.

/** @typedef {{source: string, sourceHandle: string, target: string, targetHandle: string}} Connection */

export const EMPTY = { inkstone: 1, name: "pipeline", variables: {}, nodes: {}, groups: [], notes: [] };

export function sourcesOf(value) {
  if (value == null) return [];
  return Array.isArray(value) ? value : [value];
}

export function edgeId({ source, sourceHandle, target, targetHandle }) {
  return `${source}.${sourceHandle}>${target}.${targetHandle}`;
}

/** The edges of a document; inputs that name a missing node are left out. */
export function edgesOf(document) {
  const edges = [];
  for (const [target, node] of Object.entries(document.nodes)) {
    for (const [targetHandle, value] of Object.entries(node.inputs || {})) {
      for (const reference of sourcesOf(value)) {
        const [source, sourceHandle] = reference.split(".");
        if (!document.nodes[source]) continue;
        const edge = { source, sourceHandle, target, targetHandle };
        edges.push({ id: edgeId(edge), ...edge });
      }
    }
  }
  return edges;
}

export function setNode(document, id, fields) {
  return { ...document, nodes: { ...document.nodes, [id]: { ...document.nodes[id], ...fields } } };
}

/** A free node id: `train`, then `train_2`, `train_3`. */
export function freeId(document, wanted) {
  const base = wanted.toLowerCase().replace(/[^a-z0-9_]/g, "_").replace(/^[^a-z]+/, "").slice(0, 34) || "node";
  if (!document.nodes[base]) return base;
  const stem = base.replace(/_\d+$/, "");
  let number = 2;
  while (document.nodes[`${stem}_${number}`]) number += 1;
  return `${stem}_${number}`;
}

export function addNode(document, componentKey, position) {
  const id = freeId(document, componentKey.split("@")[0].split(".")[1]);
  const node = { component: componentKey, params: {}, inputs: {}, position: rounded(position), enabled: true };
  return [{ ...document, nodes: { ...document.nodes, [id]: node } }, id];
}

export function rounded(position) {
  return [Math.round(position[0]), Math.round(position[1])];
}

/** Connect; an input that takes one edge gives up the one it had. */
export function connect(document, connection, many) {
  const { source, sourceHandle, target, targetHandle } = connection;
  const reference = `${source}.${sourceHandle}`;
  const inputs = document.nodes[target].inputs || {};
  const present = sourcesOf(inputs[targetHandle]);
  const value = many ? [...present.filter((item) => item !== reference), reference] : reference;
  return setNode(document, target, { inputs: { ...inputs, [targetHandle]: value } });
}

export function disconnect(document, edges) {
  let next = document;
  for (const { source, sourceHandle, target, targetHandle } of edges) {
    const inputs = { ...(next.nodes[target]?.inputs || {}) };
    if (!(targetHandle in inputs)) continue;
    const wasList = Array.isArray(inputs[targetHandle]);
    const left = sourcesOf(inputs[targetHandle]).filter((item) => item !== `${source}.${sourceHandle}`);
    if (left.length) inputs[targetHandle] = wasList ? left : left[0];
    else delete inputs[targetHandle];
    next = setNode(next, target, { inputs });
  }
  return next;
}

export function removeNodes(document, ids) {
  const gone = new Set(ids);
  const edges = edgesOf(document).filter((edge) => gone.has(edge.source));
  const clean = disconnect(document, edges);
  const nodes = Object.fromEntries(Object.entries(clean.nodes).filter(([id]) => !gone.has(id)));
  const groups = (clean.groups || [])
    .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !gone.has(id)) }))
    .filter((group) => group.nodes.length);
  return { ...clean, nodes, groups };
}

export function setPositions(document, positions) {
  const nodes = { ...document.nodes };
  for (const [id, position] of Object.entries(positions)) {
    if (nodes[id]) nodes[id] = { ...nodes[id], position: rounded(position) };
  }
  return { ...document, nodes };
}

/** The chosen nodes with the edges between them: what copy puts on the clipboard. */
export function fragmentOf(document, ids) {
  const chosen = new Set(ids);
  const nodes = {};
  for (const id of ids) {
    const node = document.nodes[id];
    if (!node) continue;
    const inputs = {};
    for (const [port, value] of Object.entries(node.inputs || {})) {
      const kept = sourcesOf(value).filter((reference) => chosen.has(reference.split(".")[0]));
      if (kept.length) inputs[port] = Array.isArray(value) ? kept : kept[0];
    }
    nodes[id] = { ...node, inputs };
  }
  return { inkstone: 1, nodes };
}

/** Insert a fragment under free ids; returns the document and the new ids. */
export function insertFragment(document, fragment, move) {
  const names = {};
  let next = document;
  for (const [id, node] of Object.entries(fragment.nodes)) {
    names[id] = freeId(next, id);
    next = { ...next, nodes: { ...next.nodes, [names[id]]: node } };
  }
  for (const [id, node] of Object.entries(fragment.nodes)) {
    const inputs = {};
    for (const [port, value] of Object.entries(node.inputs || {})) {
      const moved = sourcesOf(value)
        .map((reference) => reference.split("."))
        .filter(([source]) => names[source])
        .map(([source, handle]) => `${names[source]}.${handle}`);
      if (moved.length) inputs[port] = Array.isArray(value) ? moved : moved[0];
    }
    const [x, y] = node.position || [0, 0];
    next = setNode(next, names[id], { inputs, position: rounded([x + move[0], y + move[1]]) });
  }
  return [next, Object.values(names)];
}

export function downstreamOf(document, start) {
  const after = {};
  for (const { source, target } of edgesOf(document)) (after[source] ||= []).push(target);
  const found = new Set();
  const open = [start];
  while (open.length) {
    for (const id of after[open.pop()] || []) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(id);
    }
  }
  return found;
}
