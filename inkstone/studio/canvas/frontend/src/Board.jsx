// The board: React Flow with the document's nodes and edges on it.
import { useEffect, useMemo, useRef, useState } from "react";
import { applyNodeChanges, Background, Controls, MiniMap, ReactFlow, SelectionMode, useStore } from "@xyflow/react";
import { useCanvas } from "./context.js";
import { offers, portOf, refusal, connectionOf, specOf } from "./model/connections.js";
import { flowEdges, followFrames, nodesOf, withFrames } from "./model/elements.js";
import ComponentNode from "./parts/ComponentNode.jsx";
import Frame from "./parts/Frame.jsx";
import NoteNode from "./parts/NoteNode.jsx";
import { DRAG_TYPE } from "./parts/Palette.jsx";

const NODE_TYPES = { component: ComponentNode, frame: Frame, note: NoteNode };
const FIT = { padding: 0.12, maxZoom: 1 };
const FAR = 0.55;
const ATTRIBUTION = { hideAttribution: false };

export default function Board({ document, open, onSelect, dark }) {
  const { actions, catalog, readOnly, texts } = useCanvas();
  const [nodes, setNodes] = useState(() => nodesOf(document, []));
  const [chosenEdges, setChosenEdges] = useState(() => new Set());
  useEffect(() => setNodes((old) => nodesOf(document, old)), [document]);
  const edges = useMemo(() => flowEdges(document, catalog, chosenEdges), [document, catalog, chosenEdges]);
  const drop = useConnecting(document, open);
  const touched = useFitAtFirst(actions);

  const onNodesChange = (changes) => {
    setNodes((old) => {
      const groups = document.groups || [];
      const shifts = followFrames(changes, old, groups);
      const next = applyNodeChanges(changes.filter((change) => change.type !== "remove"), old).map((node) => {
        const shift = shifts.get(node.id);
        return shift ? { ...node, position: { x: node.position.x + shift.x, y: node.position.y + shift.y } } : node;
      });
      return withFrames(next, groups, next);
    });
    if (changes.some((change) => change.type === "position" && change.dragging === false)) setTimeout(actions.keepPositions, 0);
  };
  const onEdgesChange = (changes) => {
    const next = new Set(chosenEdges);
    for (const change of changes) {
      if (change.type === "select") next[change.selected ? "add" : "delete"](change.id);
      if (change.type === "replace") next[change.item.selected ? "add" : "delete"](change.id);
    }
    setChosenEdges(next);
  };
  const far = useStore((state) => state.transform[2] < FAR); // from afar only names can be read: they are drawn large
  const last = useRef(null);
  const onSelectionChange = ({ nodes: selected }) => {
    const id = selected.length === 1 && selected[0].type === "component" ? selected[0].id : null;
    if (id === last.current) return;
    last.current = id;
    onSelect(id);
  };
  const onDrop = (event) => {
    const key = event.dataTransfer.getData(DRAG_TYPE);
    if (!key || readOnly) return;
    event.preventDefault();
    const { x, y } = actions.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    actions.add(key, [x - 106, y - 24]);
  };
  const menu = (name) => (event, item) => {
    event.preventDefault();
    open(name, item?.id ?? null, { x: event.clientX, y: event.clientY });
  };
  return (
    <ReactFlow className={far ? "is-far" : ""} nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} colorMode={dark ? "dark" : "light"}
      onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onSelectionChange={onSelectionChange}
      onConnect={actions.connect} onConnectStart={drop.start} onConnectEnd={drop.end} isValidConnection={drop.isValid}
      onNodeDoubleClick={(_, node) => { if (node.type === "component") actions.command("view_output", node.id); }}
      onNodeContextMenu={(event, node) => {
        if (!node.selected) actions.select([node.id]);
        menu(node.type === "component" ? "node" : node.type)(event, node);
      }}
      onEdgeContextMenu={(event, edge) => {
        setChosenEdges(new Set([edge.id]));
        menu("edge")(event, edge);
      }}
      onPaneContextMenu={menu("pane")} onPaneClick={actions.focus}
      onNodeDragStart={() => { touched.current = true; }}
      onDragOver={(event) => { if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault(); }} onDrop={onDrop}
      nodesDraggable={!readOnly} nodesConnectable={!readOnly} nodesFocusable edgesFocusable={!readOnly}
      deleteKeyCode={null} multiSelectionKeyCode={["Control", "Meta"]} selectionKeyCode="Shift"
      selectionMode={SelectionMode.Partial} elevateNodesOnSelect={false} zoomOnDoubleClick={false} connectionRadius={26}
      onMoveStart={(event) => { if (event) touched.current = true; }} preventScrolling={!readOnly} zoomOnScroll={!readOnly}
      fitView fitViewOptions={FIT} minZoom={0.1} maxZoom={2} proOptions={ATTRIBUTION} ariaLabelConfig={ariaOf(texts)}>
      <Background gap={20} size={1.2} />
      <Controls showInteractive={false} />
      {!readOnly && <MiniMap pannable zoomable ariaLabel={texts.minimap} nodeClassName={miniMapClass(catalog, document)} />}
    </ReactFlow>
  );
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

function miniMapClass(catalog, document) {
  return (node) => {
    if (node.type !== "component") return `mini mini-${node.type}`;
    return `mini category-${specOf(catalog, document.nodes[node.id])?.category || "unknown"}`;
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

/** Drawing an edge: fitting ports light up; dropped on empty canvas it asks which component; refused it says why. */
function useConnecting(document, open) {
  const { actions, catalog, connecting } = useCanvas();
  const start = (_, { nodeId, handleId, handleType }) => {
    const direction = handleType === "source" ? "outputs" : "inputs";
    const fitting = new Set(offers(document, catalog, nodeId, direction, handleId)
      .filter((offer) => offer.kind === "port").map((offer) => `${offer.node}.${offer.port.name}`));
    connecting.set({
      node: nodeId, name: handleId, direction,
      fits: (node, side, port) => {
        if (node === nodeId && side === direction && port.name === handleId) return "is-origin";
        return side !== direction && fitting.has(`${node}.${port.name}`) ? "fits" : "unfit";
      },
    });
  };
  const end = (event, state) => {
    const from = connecting.get();
    connecting.set(null);
    if (state.isValid || !from) return;
    const to = state.toHandle;
    if (to) {
      const reason = to.type === state.fromHandle.type
        ? { key: "refuse_direction" }
        : refusal(document, catalog, connectionOf(from.direction, from.node, from.name, to.nodeId, to.id));
      if (reason) actions.refuse(reason);
      return;
    }
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    const list = offers(document, catalog, from.node, from.direction, from.name);
    const under = actions.nodeAt(point.clientX, point.clientY);
    if (under) onBody(under, list, from);
    else open("offers", { port: from, items: list.filter((offer) => offer.kind === "component") }, { x: point.clientX, y: point.clientY });
  };
  const onBody = (under, list, from) => {
    const offer = list.find((item) => item.kind === "port" && item.node === under);
    if (offer) actions.connect(offer.connection);
    else if (under !== from.node) {
      const port = portOf(catalog, document, from.node, from.direction, from.name);
      actions.refuse({ key: "refuse_body", slots: { given: port?.type } });
    }
  };
  const isValid = (connection) => refusal(document, catalog, connection) === null;
  return { start, end, isValid };
}
