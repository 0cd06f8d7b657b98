// Nodes on the clipboard are text, so they travel between pipelines, windows and a mail to a colleague.

export function toText(fragment) {
  return JSON.stringify(fragment, null, 2);
}

/** The nodes in a text, or null when the text is something else. Unknown fields are dropped. */
export function fromText(text) {
  if (!text || text.length > 1_000_000) return null;
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (data?.inkstone !== 1 || typeof data.nodes !== "object" || data.nodes === null) return null;
  const nodes = {};
  for (const [id, node] of Object.entries(data.nodes)) {
    if (typeof node?.component !== "string" || !/^[a-z][a-z0-9_]{0,39}$/.test(id)) return null;
    nodes[id] = Object.fromEntries(FIELDS.filter((field) => field in node).map((field) => [field, node[field]]));
  }
  return { inkstone: 1, nodes };
}

const FIELDS = [
  "component", "params", "inputs", "title", "position", "enabled", "ignore_cache", "resources", "note",
];
