// States of a run's nodes. A node's part of the page listens to its own state alone, so a report redraws one node.

const KINDS = ["run_state", "node_state", "progress"];
const FINAL = new Set(["SUCCEEDED", "FAILED", "CANCELLED", "LOST"]);
const NOTHING = {};

export class RunStatus {
  constructor() {
    this.nodes = new Map();
    this.run = NOTHING;
    this.listeners = new Map();
    this.waiting = new Set();
    this.source = null;
    this.onEnd = () => {};
    this.language = "zh";
  }

  /** Listen to a node, or to the run under the name "". */
  subscribe(id, listener) {
    const listeners = this.listeners.get(id) || new Set();
    this.listeners.set(id, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  node(id) {
    return this.nodes.get(id) || NOTHING;
  }

  /** Show a run: what Python knows at once, everything later from the stream of events. */
  follow(run) {
    this.close();
    const known = [...this.nodes.keys()];
    this.nodes = new Map(Object.entries(run?.nodes || {}));
    this.run = run ? { id: run.id, state: run.state } : NOTHING;
    this.#changed([...known, ...this.nodes.keys(), ""]);
    if (!run?.events_url || FINAL.has(run.state)) return;
    this.source = new EventSource(run.events_url);
    const take = (message) => this.take(JSON.parse(message.data));
    this.source.onmessage = take;
    for (const kind of KINDS) this.source.addEventListener(kind, take);
    // The stream ends with the run; a run that was lost ends without a last word. Otherwise the browser connects again.
    this.source.onerror = () => this.#ask(run);
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  take(event) {
    if (event.kind === "run_state") {
      this.run = { ...this.run, state: event.state, error: event.error };
      this.#changed([""]);
      if (FINAL.has(event.state)) {
        this.close();
        this.onEnd(this.run);
      }
    } else if (event.kind === "node_state") {
      const { state, seconds, time } = event;
      const [reason, error] = [this.say(event.reason), this.say(event.error?.what)];
      const old = this.node(event.node);
      const started = state === "RUNNING" ? time : old.started;
      const progress = state === "RUNNING" ? null : old.progress;
      this.nodes.set(event.node, { state, seconds, reason, error, started, progress });
      this.#changed([event.node]);
    } else if (event.kind === "progress" && event.node) {
      const { done, total, eta_seconds: eta, message } = event;
      this.nodes.set(event.node, { ...this.node(event.node), progress: { done, total, eta, message } });
      this.#changed([event.node]);
    }
  }

  async #ask(run) {
    const answer = await fetch(run.url).catch(() => null);
    if (!answer?.ok || this.run.id !== run.id || FINAL.has(this.run.state)) return;
    const facts = await answer.json();
    const state = facts.run?.state ?? facts.state;
    if (FINAL.has(state)) this.take({ kind: "run_state", state, error: facts.error });
  }

  /** Events carry both languages. */
  say(words) {
    return words ? words[this.language] : null;
  }

  /** Tell the listeners at the next frame: many events in one frame redraw once. */
  #changed(ids) {
    const idle = this.waiting.size === 0;
    for (const id of ids) this.waiting.add(id);
    if (!idle || this.waiting.size === 0) return;
    requestAnimationFrame(() => {
      const waiting = this.waiting;
      this.waiting = new Set();
      for (const id of waiting) for (const listener of this.listeners.get(id) || []) listener();
    });
  }
}

export function isFinal(state) {
  return FINAL.has(state);
}
