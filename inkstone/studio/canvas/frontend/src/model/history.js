// The document with its past: at most 100 steps back.
import { differences } from "./patch.js";

export const STEPS = 100;
const BURST = 1200; // milliseconds between two moves of one burst

export class DocumentStore {
  constructor(document) {
    this.document = document;
    this.past = [];
    this.future = [];
    this.listeners = new Set();
    this.burst = null;
    this.at = 0;
  }

  subscribe = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = () => this.document;

  /**
   * Make `next` the document; the old one becomes an undo step. Nothing happens when they are equal.
   * Changes of one burst, such as nudging a node by arrow keys, are one step together.
   */
  commit(next, burst = null) {
    if (next === this.document || differences(this.document, next).size === 0) return;
    const now = performance.now();
    const goesOn = burst !== null && burst === this.burst && now - this.at < BURST && !this.future.length;
    if (!goesOn) this.past = [...this.past, this.document].slice(-STEPS);
    this.burst = burst;
    this.at = now;
    this.future = [];
    this.#set(next);
  }

  /** Load another document: the past belongs to the old one. */
  load(document) {
    this.past = [];
    this.future = [];
    this.#set(document);
  }

  undo() {
    if (!this.past.length) return;
    this.burst = null;
    this.future = [this.document, ...this.future];
    const previous = this.past.at(-1);
    this.past = this.past.slice(0, -1);
    this.#set(previous);
  }

  redo() {
    if (!this.future.length) return;
    this.past = [...this.past, this.document];
    const [next, ...rest] = this.future;
    this.future = rest;
    this.#set(next);
  }

  #set(document) {
    this.document = document;
    for (const listener of this.listeners) listener();
  }
}
