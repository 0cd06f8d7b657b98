// The sheet of keys.
import { useEffect, useRef } from "react";
import { useCanvas } from "../context.js";
import Icon from "./Icons.jsx";

const KEYS = [
  ["/", "palette_search"], ["A", "key_add"], ["Enter", "key_choose"], ["Tab", "key_walk"],
  ["C", "connect"], ["← ↑ → ↓", "key_move"], ["Shift + drag", "key_box"], ["Ctrl + click", "key_more"],
  ["Ctrl + A", "select_all"], ["Ctrl + C / X / V", "key_copy"], ["Ctrl + D", "duplicate"], ["Del", "remove"],
  ["Ctrl + Z", "undo"], ["Ctrl + Y", "redo"], ["F2", "rename"], ["D", "key_disable"],
  ["G", "group"], ["N", "note"], ["L", "layout"], ["F", "fit"],
  ["+ / −", "key_zoom"], ["M", "key_menu"], ["O", "view_output"], ["P", "problems"],
  ["Ctrl + Enter", "run"], ["Shift + Enter", "run_to"], ["?", "help"], ["Esc", "key_escape"],
];

export default function Help({ onClose }) {
  const { texts } = useCanvas();
  const sheet = useRef(null);
  useEffect(() => sheet.current?.focus(), []);
  return (
    <div className="curtain" onPointerDown={onClose}>
      <div className="help" role="dialog" aria-modal="true" aria-label={texts.help} tabIndex={-1} ref={sheet}
        onPointerDown={(event) => event.stopPropagation()}
        onKeyDown={(event) => { if (event.key === "Escape" || event.key === "?") { event.stopPropagation(); onClose(); } }}>
        <header>
          <b>{texts.help}</b>
          <button type="button" className="plain" aria-label={texts.close} onClick={onClose}><Icon name="close" /></button>
        </header>
        <dl>
          {KEYS.map(([keys, text]) => <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{texts[text]}</dd></div>)}
        </dl>
      </div>
    </div>
  );
}
