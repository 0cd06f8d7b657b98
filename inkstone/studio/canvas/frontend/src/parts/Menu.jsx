// A menu of commands at a point of the canvas. Arrows walk, Enter chooses, Escape closes.
import { useEffect, useLayoutEffect, useRef } from "react";

/** @param {{items: Array<{label: string, keys?: string, run: () => void, off?: boolean, danger?: boolean} | null>}} props */
export default function Menu({ at, items, label, onClose }) {
  const list = useRef(null);
  useKeepInside(list, at);
  useEffect(() => list.current?.querySelector("button:not(:disabled)")?.focus({ preventScroll: true }), []);
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") onClose();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...list.current.querySelectorAll("button:not(:disabled)")];
    const here = buttons.indexOf(list.current.getRootNode().activeElement);
    buttons[(here + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <>
      <div className="veil" onPointerDown={onClose} onContextMenu={(event) => { event.preventDefault(); onClose(); }} />
      <div className="menu" role="menu" aria-label={label} ref={list} style={{ left: at.x, top: at.y }} onKeyDown={onKeyDown}>
        {items.map((item, index) => (item
          ? (
            <button key={item.label} type="button" role="menuitem" disabled={item.off} className={item.danger ? "danger" : ""}
              onClick={() => { onClose(); item.run(); }}>
              <span>{item.label}</span>{item.keys && <kbd>{item.keys}</kbd>}
            </button>
          ) : <hr key={`line-${index}`} />))}
      </div>
    </>
  );
}

/** Move a floating part back inside the canvas where it would hang over the edge. */
export function useKeepInside(ref, at) {
  useLayoutEffect(() => {
    const part = ref.current;
    const room = part?.offsetParent;
    if (!room) return;
    part.style.left = `${Math.max(4, Math.min(at.x, room.clientWidth - part.offsetWidth - 4))}px`;
    part.style.top = `${Math.max(4, Math.min(at.y, room.clientHeight - part.offsetHeight - 4))}px`;
  }, [ref, at]);
}
