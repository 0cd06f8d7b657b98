// One text at a time: the state of the bench, and what mouse and keys do to it.
import { characters, lastEdge, marked, nextEdge, Past, slice, spansAt, trimmed, unmarked, wordEdges } from "./model.js";
import { drawText, drawTypes, element, fill, placeOf } from "./view.js";

const inField = (target) => target?.closest?.("input, textarea, select, [contenteditable], [role=combobox]");

export class Bench {
  constructor(parent) {
    this.host = element("div", "inkstone-spans");
    this.text = element("div", "text", null, { tabindex: "0", role: "application" });
    this.types = element("div", "types", null, { role: "toolbar" });
    this.field = element("input", "new-type", null, { type: "text", maxlength: "100" });
    this.moves = element("div", "moves");
    this.hint = element("div", "hint");
    this.told = element("div", "told", null, { role: "status", "aria-live": "polite" });
    this.host.append(this.text, this.types, this.moves, this.hint, this.told);
    parent.appendChild(this.host);
    this.known = [];  // types in the order of their keys, which never changes while one works
    this.turn = null;
    this.listen();
  }

  listen() {
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.onUp = () => this.takeSelection();
    document.addEventListener("mouseup", this.onUp);
    document.addEventListener("touchend", this.onUp);
    this.field.addEventListener("keydown", (event) => this.fieldKey(event));
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("mouseup", this.onUp);
    document.removeEventListener("touchend", this.onUp);
    this.host.remove();
  }

  /** Take what Python says; a new turn brings a text, with nothing selected. */
  take(data, tell) {
    this.tell = tell;
    this.data = data;
    this.know(data.types);
    if (data.turn !== this.turn) {
      this.turn = data.turn;
      this.busy = false;
      this.chars = characters(data.text);
      this.edges = wordEdges(data.text);
      this.past = new Past(data.spans);
      this.know(data.spans.map((span) => span.label));
      this.anchor = this.caret = 0;
      if (this.host.contains(document.activeElement)) this.text.focus({ preventScroll: true });
    }
    this.drawMoves();
    this.draw();
  }

  know(labels) {
    for (const label of labels) if (!this.known.includes(label)) this.known.push(label);
  }

  get names() {
    return this.known;
  }

  get selection() {
    return [Math.min(this.anchor, this.caret), Math.max(this.anchor, this.caret)];
  }

  draw() {
    const { texts } = this.data;
    this.text.setAttribute("aria-label", texts.text);
    drawText(
      this.text,
      { chars: this.chars, spans: this.past.now, types: this.names, selection: this.selection, caret: this.caret, texts },
      (span) => this.change(unmarked(this.past.now, span)),
    );
    drawTypes(this.types, this.names, (label) => this.mark(label));
    this.field.placeholder = texts.new_type;
    this.field.setAttribute("aria-label", texts.new_type);
    this.types.append(this.field);
    this.types.setAttribute("aria-label", texts.types);
    this.hint.textContent = this.names.length ? texts.keys : texts.first_type;
    this.host.classList.toggle("busy", this.busy);
    this.host.classList.toggle("is-dark", Boolean(this.data.dark));
  }

  drawMoves() {
    const { texts } = this.data;
    const button = (name, keys, act, classes = "") => {
      const made = element("button", `move ${classes}`, null, { type: "button", "data-move": name });
      made.append(element("span", "", texts[name]), element("kbd", "", keys));
      made.addEventListener("click", act);
      return made;
    };
    this.moves.replaceChildren(
      button("save", "Enter", () => this.save(), "primary"),
      button("skip", "S", () => this.act("skip")),
      button("undo", "U", () => this.undo()),
    );
  }

  change(next) {
    if (this.past.set(next)) this.draw();
  }

  /** Mark the selection; without one, the span at the caret takes the type. */
  mark(label) {
    let [start, end] = trimmed(this.chars, ...this.selection);
    const [here] = spansAt(this.past.now, start, end);
    if (start === end && here) [start, end] = [here.start, here.end];
    const next = marked(this.past.now, start, end, label);
    if (next) {
      this.say(fill(this.data.texts.marked, { text: slice(this.chars, start, end), label }));
      this.anchor = this.caret = end;
      this.change(next);
    } else if (start === end) {
      this.say(this.data.texts.select_first);
    }
  }

  removeHere() {
    const [gone] = spansAt(this.past.now, ...this.selection);
    if (gone) this.change(unmarked(this.past.now, gone));
  }

  undo() {
    if (this.past.undo()) this.draw();
    else this.act("undo");
  }

  save() {
    this.act("save", { spans: this.past.now });
  }

  act(name, more) {
    if (this.busy) return;
    this.busy = true;
    this.host.classList.add("busy");
    this.tell(name, { turn: this.turn, ...more });
  }

  say(words) {
    this.told.textContent = words;
  }

  addType() {
    const name = this.field.value.trim();
    this.field.value = "";
    if (!name) return;
    this.know([name]);
    this.draw();
    const [start, end] = this.selection;
    if (start < end) this.mark(name);
    this.text.focus({ preventScroll: true });
  }

  fieldKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") this.addType();
    if (event.key === "Escape") this.text.focus({ preventScroll: true });
  }

  takeSelection() {
    const chosen = document.getSelection();
    if (!chosen?.anchorNode || !this.text.contains(chosen.anchorNode)) return;
    const anchor = placeOf(this.text, chosen.anchorNode, chosen.anchorOffset);
    const caret = placeOf(this.text, chosen.focusNode, chosen.focusOffset);
    if (anchor === null || caret === null) return;
    [this.anchor, this.caret] = [anchor, caret];
    chosen.removeAllRanges();
    this.draw();
    this.text.focus({ preventScroll: true });
  }

  key(event) {
    const outside = event.target !== document.body && !this.host.contains(event.target);
    if (event.isComposing || event.altKey || outside || inField(event.target) || !this.host.isConnected) return;
    const command = event.ctrlKey || event.metaKey;
    const acted = command ? this.commandKey(event) : this.plainKey(event);
    if (acted) event.preventDefault();
  }

  commandKey(event) {
    const key = event.key.toLowerCase();
    if (key === "z") this.undo();
    else if (key === "a" && this.text.contains(event.target)) [this.anchor, this.caret] = [0, this.chars.length];
    else return this.moveKey(event, true);
    this.draw();
    return true;
  }

  plainKey(event) {
    const { key } = event;
    if (/^[1-9]$/.test(key)) {
      const label = this.names[Number(key) - 1];
      if (label) this.mark(label);
      return Boolean(label);
    }
    if (key === "Enter" && event.target.closest?.("button")) return false;
    const acts = {
      Enter: () => this.save(),
      s: () => this.act("skip"),
      u: () => this.undo(),
      Delete: () => this.removeHere(),
      Backspace: () => this.removeHere(),
      Escape: () => { this.anchor = this.caret; this.draw(); },
    };
    const act = acts[key] || acts[key.toLowerCase()];
    if (act && !event.shiftKey) {
      act();
      return true;
    }
    return this.moveKey(event, false);
  }

  moveKey(event, byWord) {
    if (!this.text.contains(event.target) && event.target !== document.body) return false;
    const { caret, chars, edges } = this;
    const places = {
      ArrowLeft: () => (byWord ? lastEdge(edges, caret) : Math.max(0, caret - 1)),
      ArrowRight: () => (byWord ? nextEdge(edges, caret) : Math.min(chars.length, caret + 1)),
      ArrowUp: () => this.lineAway(-1),
      ArrowDown: () => this.lineAway(1),
      Home: () => 0,
      End: () => chars.length,
    };
    if (!places[event.key]) return false;
    this.caret = places[event.key]();
    if (!event.shiftKey) this.anchor = this.caret;
    this.draw();
    this.text.querySelector(".caret")?.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** The position one line above or below the caret. */
  lineAway(step) {
    const at = this.text.querySelector(".caret").getBoundingClientRect();
    const lines = parseFloat(getComputedStyle(this.text).lineHeight);
    const y = at.top + at.height / 2 + step * lines;
    const point = document.caretPositionFromPoint?.(at.left, y);
    const range = point ? null : document.caretRangeFromPoint?.(at.left, y);
    const [node, offset] = point ? [point.offsetNode, point.offset] : [range?.startContainer, range?.startOffset];
    const place = node && this.text.contains(node) ? placeOf(this.text, node, offset) : null;
    return place ?? (step < 0 ? 0 : this.chars.length);
  }
}
