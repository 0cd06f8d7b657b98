// The board: React Flow with the document's nodes and edges on it.
import { useEffect, useMemo, useRef, useState } from "react";
import { applyNodeChanges, Background, Controls, MiniMap, ReactFlow, SelectionMode, useStore } from "@xyflow/react";
import { useCanvas } from "./context.js";
import { specOf } from "./model/connections.js";
import { flowEdges, followFrames, nodesOf, withFrames } from "./model/elements.js";
import ComponentNode from "./parts/ComponentNode.jsx";
import Frame from "./parts/Frame.jsx";
import NoteNode from "./parts/NoteNode.jsx";
import { DRAG_TYPE } from "./parts/Palette.jsx";
import useConnecting from "./useConnecting.js";

const NODE_TYPES = { component: ComponentNode, frame: Frame, note: NoteNode };
const FIT = { padding: 0.12, maxZoom: 1 };
const FAR = 0.55;
const ATTRIBUTION = { hideAttribution: false };
const SELECT_MORE = ["Control", "Meta"];

export default function Board({ document, open, onSelect, dark }) {
  const { actions, catalog, readOnly, texts } = useCanvas();
  const [nodes, setNodes] = useState(() => nodesOf(document, []));
  const [chosenEdges, setChosenEdges] = useState(() => new Set());
  useEffect(() => setNodes((old) => nodesOf(document, old)), [document]);
  const edges = useMemo(() => flowEdges(document, catalog, chosenEdges), [document, catalog, chosenEdges]);
  const drop = useConnecting(open);
  const touched = useFitAtFirst(actions);
  // While a node is dragged the board renders at each frame: handlers that stay the same keep the other nodes still.
  const on = useMemo(() => handlers({ actions, open, readOnly, setNodes, setChosenEdges, touched }), [actions, open, readOnly, touched]);
  const aria = useMemo(() => ariaOf(texts), [texts]);
  const miniature = useMemo(() => miniMapClass(catalog, actions), [catalog, actions]);
  const far = useStore((state) => state.transform[2] < FAR); // from afar only names can be read: they are drawn large
  const select = useRef(null);
  select.current = onSelect;
  const onSelectionChange = useMemo(() => selectionListener(select), []);
  return (
    <ReactFlow className={far ? "is-far" : ""} nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} colorMode={dark ? "dark" : "light"}
      {...on} onSelectionChange={onSelectionChange}
      onConnect={actions.connect} onConnectStart={drop.start} onConnectEnd={drop.end} isValidConnection={drop.isValid}
      onPaneClick={actions.focus}
      nodesDraggable={!readOnly} nodesConnectable={!readOnly} nodesFocusable edgesFocusable={!readOnly}
      deleteKeyCode={null} multiSelectionKeyCode={SELECT_MORE} selectionKeyCode="Shift"
      selectionMode={SelectionMode.Partial} elevateNodesOnSelect={false} zoomOnDoubleClick={false} connectionRadius={26}
      preventScrolling={!readOnly} zoomOnScroll={!readOnly}
      fitView fitViewOptions={FIT} minZoom={0.1} maxZoom={2} proOptions={ATTRIBUTION} ariaLabelConfig={aria}>
      <Background gap={20} size={1.2} />
      <Controls showInteractive={false} />
      {!readOnly && <MiniMap pannable zoomable ariaLabel={texts.minimap} nodeClassName={miniature} />}
    </ReactFlow>
  );
}

function handlers({ actions, open, readOnly, setNodes, setChosenEdges, touched }) {
  const menu = (name, event, item) => {
    event.preventDefault();
    open(name, item?.id ?? null, { x: event.clientX, y: event.clientY });
  };
  let dragged = false;
  return {
    onNodesChange: (changes) => {
      const groups = actions.document.groups || [];
      setNodes((old) => moved(old, changes, groups));
      const positions = changes.filter((change) => change.type === "position");
      if (positions.some((change) => change.dragging)) dragged = true;
      if (positions.some((change) => change.dragging === false)) {
        const burst = dragged ? null : "arrows";
        dragged = false;
        setTimeout(() => actions.keepPositions(burst), 0);
      }
    },
    onEdgesChange: (changes) => setChosenEdges((old) => {
      const next = new Set(old);
      for (const change of changes) {
        if (change.type === "select") next[change.selected ? "add" : "delete"](change.id);
        if (change.type === "replace") next[change.item.selected ? "add" : "delete"](change.id);
      }
      return next;
    }),
    onNodeDoubleClick: (_, node) => { if (node.type === "component") actions.command("view_output", node.id); },
    onNodeContextMenu: (event, node) => {
      if (!node.selected) actions.select([node.id]);
      menu(node.type === "component" ? "node" : node.type, event, node);
    },
    onEdgeContextMenu: (event, edge) => {
      setChosenEdges(new Set([edge.id]));
      menu("edge", event, edge);
    },
    onPaneContextMenu: (event) => menu("pane", event),
    onMoveStart: (event) => { if (event) touched.current = true; },
    onNodeDragStart: () => { touched.current = true; },
    onDragOver: (event) => { if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault(); },
    onDrop: (event) => {
      const key = event.dataTransfer.getData(DRAG_TYPE);
      if (!key || readOnly) return;
      event.preventDefault();
      const { x, y } = actions.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      actions.add(key, [x - 106, y - 24]);
    },
  };
}

function moved(old, changes, groups) {
  const shifts = followFrames(changes, old, groups);
  const next = applyNodeChanges(changes.filter((change) => change.type !== "remove"), old);
  if (!groups.length) return next;
  const followed = next.map((node) => {
    const shift = shifts.get(node.id);
    return shift ? { ...node, position: { x: node.position.x + shift.x, y: node.position.y + shift.y } } : node;
  });
  return withFrames(followed, groups, followed);
}

/** Tell which single component is selected, once for each change. */
function selectionListener(select) {
  let last = null;
  return ({ nodes }) => {
    const id = nodes.length === 1 && nodes[0].type === "component" ? nodes[0].id : null;
    if (id === last) return;
    last = id;
    select.current(id);
  };
}

/** The page around us settles in steps: fit the graph again at each of them, until the visitor takes over. */
function useFitAtFirst(actions) {
  const touched = useRef(false);
  useEffect(() => {
    const observer = new ResizeObserver(() => { if (!touched.current) actions.fit(0); });
    observer.observe(actions.board());
    const timer = setTimeout(() => observer.disconnect(), 3000);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [actions]);
  return touched;
}

function miniMapClass(catalog, actions) {
  return (node) => {
    if (node.type !== "component") return `mini mini-${node.type}`;
    return `mini category-${specOf(catalog, actions.document.nodes[node.id])?.category || "unknown"}`;
  };
}

function ariaOf(texts) {
  return {
    "node.a11yDescription.default": texts.aria_node,
    "edge.a11yDescription.default": texts.aria_edge,
    "controls.ariaLabel": texts.aria_controls,
    "controls.zoomIn.ariaLabel": texts.zoom_in,
    "controls.zoomOut.ariaLabel": texts.zoom_out,
    "controls.fitView.ariaLabel": texts.fit,
    "minimap.ariaLabel": texts.minimap,
    "handle.ariaLabel": texts.aria_handle,
  };
}
