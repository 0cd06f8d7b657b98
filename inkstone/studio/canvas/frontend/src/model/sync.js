// Keeps the canvas and Python in step. The canvas sends what changed, 250 ms after the last change, with a rising number;
// Python answers with the highest number it has taken in. Until then each message repeats what is still unanswered, since
// Streamlit keeps only the newest value of a component's state.
import { applyPatch, differences, pick } from "./patch.js";

const DELAY = 250;

export class Sync {
  /**
   * @param {import("./history.js").DocumentStore} store
   * @param {(change: {sequence: number, generation: number, patch: object}) => void} send
   */
  constructor(store, send, sequence, generation) {
    this.store = store;
    this.send = send;
    this.sequence = sequence;
    this.generation = generation;
    this.sent = store.document;
    this.unanswered = [];
    this.timer = null;
    store.subscribe(() => this.schedule());
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), DELAY);
  }

  flush() {
    clearTimeout(this.timer);
    const current = this.store.document;
    const changed = differences(this.sent, current);
    if (!changed.size) return;
    this.sequence += 1;
    this.unanswered.push({ sequence: this.sequence, paths: changed });
    this.sent = current;
    this.send({ sequence: this.sequence, generation: this.generation, patch: pick(current, this.#open()) });
  }

  acknowledge(sequence) {
    this.unanswered = this.unanswered.filter((item) => item.sequence > sequence);
  }

  /** Python changed the document itself (the panel, a restored version): take it, keep what it has not heard of yet. */
  receive(document) {
    const current = this.store.document;
    const unsent = differences(this.sent, current);
    const open = this.#open();
    this.sent = applyPatch(document, pick(this.sent, open));
    this.store.commit(applyPatch(document, pick(current, new Set([...open, ...unsent]))));
  }

  /** Python opened another document. */
  load(document, generation) {
    clearTimeout(this.timer);
    this.generation = generation;
    this.unanswered = [];
    this.sent = document;
    this.store.load(document);
  }

  #open() {
    return new Set(this.unanswered.flatMap((item) => [...item.paths]));
  }
}
