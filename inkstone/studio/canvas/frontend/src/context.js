// What every part of the canvas may ask for. The value changes seldom, and never while a node is dragged.
import { createContext, useContext, useCallback, useSyncExternalStore } from "react";

export const CanvasContext = createContext(null);

export function useCanvas() {
  return useContext(CanvasContext);
}

/** A tiny shared value whose readers redraw only when their own view of it changes. */
export class Value {
  constructor(value) {
    this.value = value;
    this.listeners = new Set();
  }

  subscribe = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = () => this.value;

  set(value) {
    this.value = value;
    for (const listener of this.listeners) listener();
  }
}

export function useValue(value, view = (item) => item) {
  return useSyncExternalStore(value.subscribe, () => view(value.get()));
}

/** The state of a node in the run on show; "" is the run itself. */
export function useStatus(id) {
  const { status } = useCanvas();
  const subscribe = useCallback((listener) => status.subscribe(id, listener), [status, id]);
  return useSyncExternalStore(subscribe, () => (id ? status.node(id) : status.run));
}

/** Fill the `{name}` slots of a text. */
export function fill(text, slots = {}) {
  return (text || "").replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
}
