// A name being edited in place: Enter keeps it, Escape leaves it as it was.
import { useState } from "react";

export default function RenameField({ value, onDone }) {
  const [text, setText] = useState(value);
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter") onDone(text.trim());
    if (event.key === "Escape") onDone(null);
  };
  return (
    <input className="rename nodrag nopan" value={text} autoFocus maxLength={80} onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} onBlur={() => onDone(text.trim())} />
  );
}
