// Drawing an edge: fitting ports light up; dropped on empty canvas it asks which component; refused it says why.
import { useMemo } from "react";
import { useCanvas } from "./context.js";
import { connectionOf, offers, portOf, refusal } from "./model/connections.js";

export default function useConnecting(open) {
  const { actions, catalog, connecting } = useCanvas();
  return useMemo(() => drawing(actions, catalog, connecting, open), [actions, catalog, connecting, open]);
}

function drawing(actions, catalog, connecting, open) {
  const start = (_, { nodeId, handleId, handleType }) => {
    const direction = handleType === "source" ? "outputs" : "inputs";
    const fitting = new Set(offers(actions.document, catalog, nodeId, direction, handleId)
      .filter((offer) => offer.kind === "port").map((offer) => `${offer.node}.${offer.port.name}`));
    connecting.set({
      node: nodeId,
      name: handleId,
      direction,
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
        : refusal(actions.document, catalog, connectionOf(from.direction, from.node, from.name, to.nodeId, to.id));
      if (reason) actions.refuse(reason);
      return;
    }
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    const list = offers(actions.document, catalog, from.node, from.direction, from.name);
    const under = actions.nodeAt(point.clientX, point.clientY);
    const at = { x: point.clientX, y: point.clientY };
    if (under) onBody(under, list, from);
    else open("offers", { port: from, items: list.filter((offer) => offer.kind === "component") }, at);
  };
  const onBody = (under, list, from) => {
    const offer = list.find((item) => item.kind === "port" && item.node === under);
    if (offer) {
      actions.connect(offer.connection);
    } else if (under !== from.node) {
      const port = portOf(catalog, actions.document, from.node, from.direction, from.name);
      actions.refuse({ key: "refuse_body", slots: { given: port?.type } });
    }
  };
  const isValid = (connection) => refusal(actions.document, catalog, connection) === null;
  return { start, end, isValid };
}
