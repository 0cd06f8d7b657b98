// Automatic layout and alignment.
import dagre from "@dagrejs/dagre";
import { edgesOf } from "./document.js";

export const NODE_WIDTH = 212;
const HEIGHT = 92;

function sizeOf(sizes, id) {
  return sizes[id] || { width: NODE_WIDTH, height: HEIGHT };
}

/** Positions by layers from left to right. */
export function layered(document, sizes = {}) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 34, ranksep: 70 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of Object.keys(document.nodes)) graph.setNode(id, { ...sizeOf(sizes, id) });
  for (const { source, target } of edgesOf(document)) graph.setEdge(source, target);
  dagre.layout(graph);
  return Object.fromEntries(
    Object.keys(document.nodes).map((id) => {
      const { x, y, width, height } = graph.node(id);
      return [id, [x - width / 2, y - height / 2]];
    }),
  );
}

/** Give the nodes of a file without positions a place. */
export function withPositions(document) {
  if (Object.values(document.nodes).every((node) => node.position)) return document;
  const places = layered(document);
  const nodes = Object.fromEntries(
    Object.entries(document.nodes).map(([id, node]) => [id, { ...node, position: places[id] }]),
  );
  return { ...document, nodes };
}

/** Line the chosen nodes up: left, center, right, top, middle, bottom; or spread them evenly: horizontal, vertical. */
export function aligned(document, ids, how, sizes = {}) {
  const boxes = ids.map((id) => {
    const [x, y] = document.nodes[id].position;
    return { id, x, y, ...sizeOf(sizes, id) };
  });
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const rules = {
    left: () => ({ x: left }),
    center: (box) => ({ x: (left + right - box.width) / 2 }),
    right: (box) => ({ x: right - box.width }),
    top: () => ({ y: top }),
    middle: (box) => ({ y: (top + bottom - box.height) / 2 }),
    bottom: (box) => ({ y: bottom - box.height }),
    horizontal: spread(boxes, "x", "width", left, right),
    vertical: spread(boxes, "y", "height", top, bottom),
  };
  return Object.fromEntries(boxes.map((box) => [box.id, Object.values({ x: box.x, y: box.y, ...rules[how](box) })]));
}

function spread(boxes, axis, extent, start, end) {
  const order = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const used = order.reduce((total, box) => total + box[extent], 0);
  const gap = order.length > 1 ? (end - start - used) / (order.length - 1) : 0;
  const places = {};
  let next = start;
  for (const box of order) {
    places[box.id] = next;
    next += box[extent] + gap;
  }
  return (box) => ({ [axis]: places[box.id] });
}
