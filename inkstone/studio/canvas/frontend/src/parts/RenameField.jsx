// A name being edited in place: Enter keeps it, Escape leaves it as it was.
import { useEffect, useRef, useState } from "react";

const FRAMES = 20;

export default function RenameField({ value, onDone }) {
  const [text, setText] = useState(value);
  const field = useRef(null);
  useEffect(() => focusSoon(field.current, FRAMES), []);
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter") onDone(text.trim());
    if (event.key === "Escape") onDone(null);
  };
  return (
    <input className="rename nodrag nopan" ref={field} value={text} maxLength={80} onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} onBlur={() => onDone(text.trim())} />
  );
}

/** React Flow hides a new node until it has measured it, and what is hidden takes no focus: try again at each frame. */
function focusSoon(input, frames) {
  if (!input?.isConnected || frames === 0) return;
  input.focus({ preventScroll: true });
  if (input.getRootNode().activeElement !== input) requestAnimationFrame(() => focusSoon(input, frames - 1));
}
