// Ctrl+Z and Ctrl+Y mean the canvas wherever the focus is on the page, unless a text is being written there.
import { useEffect } from "react";

const BUTTONS = /^(button|checkbox|color|file|image|radio|range|reset|submit)$/;

/** Whether the keyboard writes into this element; a picker in which nothing was typed has nothing to take back. */
export function isWriting(element) {
  if (!element || element.isContentEditable || element.tagName === "TEXTAREA") return Boolean(element);
  if (element.tagName !== "INPUT") return false;
  if (element.getAttribute("role") === "combobox") return element.value !== "";
  return !BUTTONS.test(element.type);
}

export default function usePageUndo(root, store, readOnly) {
  useEffect(() => {
    if (readOnly) return undefined;
    const onKey = (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
      const target = event.composedPath()[0];
      const page = root.current;
      if (!page || event.defaultPrevented || event.composedPath().includes(page) || isWriting(target)) return;
      if (document.querySelector("[role=dialog]")) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) store.redo();
      else store.undo();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [root, store, readOnly]);
}
