// A sticky note on the canvas.
import { memo, useEffect, useState } from "react";
import { NodeResizer } from "@xyflow/react";
import { useCanvas } from "../context.js";

function NoteNode({ data, selected }) {
  const { texts, actions, readOnly } = useCanvas();
  const { note, index } = data;
  const [text, setText] = useState(note.text);
  useEffect(() => setText(note.text), [note.text]);
  return (
    <div className={`note ${selected ? "is-selected" : ""}`} style={{ width: "100%", height: "100%" }}>
      {!readOnly && (
        <NodeResizer isVisible={selected} minWidth={120} minHeight={60}
          onResizeEnd={(_, box) => actions.setNote(index, { size: [Math.round(box.width), Math.round(box.height)] })} />
      )}
      <textarea className={`nowheel nopan ${selected ? "nodrag" : ""}`} value={text} readOnly={readOnly || !selected}
        aria-label={texts.note}
        placeholder={texts.note_hint} maxLength={2000} onChange={(event) => setText(event.target.value)}
        onBlur={() => text !== note.text && actions.setNote(index, { text })} />
    </div>
  );
}

export default memo(NoteNode);
