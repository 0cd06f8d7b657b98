// Differences between two documents as a set of paths, and patches that carry the values at such paths.
// A path is `nodes/ID/FIELD`, `nodes/ID` (the node came or went) or the name of another field of the document.

function equal(a, b) {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

export function differences(before, after) {
  const paths = new Set();
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (field !== "nodes" && !equal(before[field], after[field])) paths.add(field);
  }
  for (const id of new Set([...Object.keys(before.nodes), ...Object.keys(after.nodes)])) {
    const [old, now] = [before.nodes[id], after.nodes[id]];
    if (old === now) continue;
    if (!old || !now) {
      paths.add(`nodes/${id}`);
      continue;
    }
    for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (!equal(old[field], now[field])) paths.add(`nodes/${id}/${field}`);
    }
  }
  return paths;
}

/** The values of `document` at `paths`; null stands for a node that is not there. */
export function pick(document, paths) {
  const patch = { nodes: {}, fields: {} };
  for (const path of paths) {
    const [kind, id, field] = path.split("/");
    if (kind !== "nodes") {
      patch.fields[path] = document[path] ?? null;
    } else if (!document.nodes[id]) {
      patch.nodes[id] = null;
    } else if (!field) {
      patch.nodes[id] = document.nodes[id];
    } else if (patch.nodes[id] !== null) {
      patch.nodes[id] = { ...patch.nodes[id], [field]: document.nodes[id][field] ?? null };
    }
  }
  return patch;
}

export function applyPatch(document, patch) {
  const nodes = { ...document.nodes };
  for (const [id, fields] of Object.entries(patch.nodes)) {
    if (fields === null) delete nodes[id];
    else if (nodes[id] || fields.component) nodes[id] = { ...nodes[id], ...fields };
  }
  return { ...document, ...patch.fields, nodes };
}
