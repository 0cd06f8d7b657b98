// From the document to what React Flow draws. Objects of unchanged nodes stay the same, so that only changed ones redraw.
import { edgesOf } from "./document.js";
import { portOf } from "./connections.js";
import { NODE_WIDTH } from "./layout.js";

const PADDING = 22;
const TITLE = 26;

export function nodesOf(document, old) {
  const known = new Map(old.map((node) => [node.id, node]));
  const components = Object.entries(document.nodes).map(([id, node]) => {
    const before = known.get(id);
    if (before?.data.node === node) return before;
    const [x, y] = node.position || [0, 0];
    const position = before?.dragging ? before.position : { x, y };
    return { ...before, id, type: "component", position, data: { node } };
  });
  const notes = (document.notes || []).map((note, index) => {
    const id = `note:${index}`;
    const before = known.get(id);
    if (before?.data.note === note) return before;
    const [x, y] = note.position;
    const [width, height] = note.size;
    return { ...before, id, type: "note", position: { x, y }, width, height, zIndex: -1, data: { note, index } };
  });
  return withFrames([...components, ...notes], document.groups || [], old);
}

/** Put the frames of the groups around their nodes, wherever these are just now. */
export function withFrames(nodes, groups, old = nodes) {
  if (!groups.length && !nodes.some((node) => node.type === "frame")) return nodes;
  const known = new Map(old.filter((node) => node.type === "frame").map((node) => [node.id, node]));
  const others = nodes.filter((node) => node.type !== "frame");
  const places = new Map(others.map((node) => [node.id, node]));
  const frames = groups.flatMap((group, index) => {
    const box = boxAround(group.nodes.map((id) => places.get(id)).filter(Boolean));
    if (!box) return [];
    const id = `group:${index}`;
    const before = known.get(id);
    const { x, y, width, height } = box;
    const same = before && before.data.group === group && before.position.x === x && before.position.y === y
      && before.data.width === width && before.data.height === height;
    if (same) return [before];
    return [{ ...before, id, type: "frame", position: { x, y }, zIndex: -2, data: { group, index, width, height } }];
  });
  return [...frames, ...others];
}

function boxAround(members) {
  if (!members.length) return null;
  const left = Math.min(...members.map((node) => node.position.x)) - PADDING;
  const top = Math.min(...members.map((node) => node.position.y)) - PADDING - TITLE;
  const right = Math.max(...members.map((node) => node.position.x + (node.measured?.width || NODE_WIDTH))) + PADDING;
  const bottom = Math.max(...members.map((node) => node.position.y + (node.measured?.height || 80))) + PADDING;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A dragged frame takes its nodes along, unless they were dragged with it anyway. */
export function followFrames(changes, nodes, groups) {
  const moved = new Set(changes.filter((change) => change.type === "position").map((change) => change.id));
  const shifts = new Map();
  for (const change of changes) {
    if (change.type !== "position" || !change.position || !change.id.startsWith("group:")) continue;
    const frame = nodes.find((node) => node.id === change.id);
    const group = groups[Number(change.id.split(":")[1])];
    if (!frame || !group) continue;
    const shift = { x: change.position.x - frame.position.x, y: change.position.y - frame.position.y };
    for (const id of group.nodes) if (!moved.has(id)) shifts.set(id, shift);
  }
  return shifts;
}

export function flowEdges(document, catalog, selected) {
  return edgesOf(document).map((edge) => {
    const type = portOf(catalog, document, edge.source, "outputs", edge.sourceHandle)?.type || "unknown";
    const off = document.nodes[edge.source].enabled === false || document.nodes[edge.target].enabled === false;
    return { ...edge, className: `edge edge-${type} ${off ? "is-off" : ""}`, selected: selected.has(edge.id) };
  });
}
