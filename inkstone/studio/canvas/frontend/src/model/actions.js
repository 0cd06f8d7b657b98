// What a person can do on the canvas; toolbar, menus and keys all end here.
import { fragmentOf, insertFragment, addNode, connect, disconnect, removeNodes, rounded, setNode } from "./document.js";
import { offers, portOf, refusal, specOf } from "./connections.js";
import { Arranging } from "./arranging.js";
import { NODE_WIDTH } from "./layout.js";
import { fromText, toText } from "./clipboard.js";

const PASTE_SHIFT = 36;
const COLORS = ["#3f6fb5", "#c24a2c", "#3d8b6a", "#8a63b8", "#b5862c"];

export class Actions extends Arranging {
  /**
   * @param {object} parts `store`, `sync`, the React Flow instance `flow`, the shared values `renaming` and `toast`,
   *   and functions: `room()` (the board's rectangle), `frame()` (the canvas'), `now()` (props of the moment), `tell(name, value)` (to Python).
   */
  constructor(parts) {
    super();
    Object.assign(this, parts);
    this.pasted = 0;
    const methods = [Actions, Arranging].flatMap((part) => Object.getOwnPropertyNames(part.prototype));
    for (const name of methods) {
      if (name !== "constructor" && name !== "document") this[name] = this[name].bind(this);
    }
  }

  /** Ids of what is selected, by kind. */
  chosen() {
    const nodes = this.flow.getNodes().filter((node) => node.selected);
    const index = (node) => Number(node.id.split(":")[1]);
    return {
      nodes: nodes.filter((node) => node.type === "component").map((node) => node.id),
      groups: nodes.filter((node) => node.type === "frame").map(index),
      notes: nodes.filter((node) => node.type === "note").map(index),
      edges: this.flow.getEdges().filter((edge) => edge.selected),
    };
  }

  select(ids) {
    const wanted = new Set(ids);
    this.flow.setNodes((nodes) => nodes.map((node) => (
      !!node.selected === wanted.has(node.id) ? node : { ...node, selected: wanted.has(node.id) })));
    this.flow.setEdges((edges) => edges.map((edge) => (edge.selected ? { ...edge, selected: false } : edge)));
    this.focus();
  }

  selectAll() {
    this.select(Object.keys(this.document.nodes));
  }

  /** Select what a commit has just added, once React has drawn it. */
  #selectSoon(ids) {
    requestAnimationFrame(() => requestAnimationFrame(() => this.select(ids)));
  }

  #middle() {
    const { left, top, width, height } = this.room();
    const { x, y } = this.flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
    return [x - NODE_WIDTH / 2, y - 40];
  }

  /** Where a new node goes without a pointer: right of the selected one, else the middle; never onto another. */
  #freePlace() {
    const { nodes } = this.chosen();
    const last = nodes.length === 1 ? this.document.nodes[nodes[0]].position : null;
    let [x, y] = last ? [last[0] + NODE_WIDTH + 60, last[1]] : this.#middle();
    const taken = Object.values(this.document.nodes).map((node) => node.position || [0, 0]);
    while (taken.some(([a, b]) => Math.abs(a - x) < NODE_WIDTH && Math.abs(b - y) < 80)) y += 120;
    return [x, y];
  }

  /** Where a node goes that a person asks for at a point: its fitting side lies there. */
  placeAt(point, direction = "outputs") {
    const { left, top } = this.frame();
    const { x, y } = this.flow.screenToFlowPosition({ x: point.x + left, y: point.y + top });
    return [direction === "outputs" ? x : x - NODE_WIDTH, y - 50];
  }

  add(componentKey, position = null) {
    const [next, id] = addNode(this.document, componentKey, position || this.#freePlace());
    this.store.commit(next);
    this.#selectSoon([id]);
    return id;
  }

  connect(connection) {
    const { catalog } = this.now();
    const reason = refusal(this.document, catalog, connection);
    if (reason) {
      this.refuse(reason);
      return;
    }
    const { many } = portOf(catalog, this.document, connection.target, "inputs", connection.targetHandle);
    this.store.commit(connect(this.document, connection, many));
  }

  /** Say why a connection cannot be. */
  refuse({ key, slots = {} }) {
    const { texts } = this.now();
    const words = { ...slots };
    for (const name of ["given", "needed"]) if (words[name]) words[name] = texts[`port_${words[name]}`];
    this.toast.set({ text: key, slots: words, at: Date.now() });
  }

  /** Take an offer made for a port: connect to a standing node, or add a component and connect it. */
  take(offer, port, position) {
    const { catalog } = this.now();
    if (offer.kind === "port") {
      this.connect(offer.connection);
      return;
    }
    const place = position || this.#freePlace();
    const [grown, id] = addNode(this.document, offer.component.key, place);
    if (!port) {
      this.store.commit(grown);
    } else {
      const outward = port.direction === "outputs";
      const connection = outward
        ? { source: port.node, sourceHandle: port.name, target: id, targetHandle: offer.port.name }
        : { source: id, sourceHandle: offer.port.name, target: port.node, targetHandle: port.name };
      const { many } = portOf(catalog, grown, connection.target, "inputs", connection.targetHandle);
      this.store.commit(connect(grown, connection, many));
    }
    this.#selectSoon([id]);
  }

  /** Everything that could hang on any port of a node: connecting by keyboard. */
  offersOf(id) {
    const { catalog } = this.now();
    const spec = specOf(catalog, this.document.nodes[id]);
    const list = (direction) => (spec?.[direction] || []).flatMap((port) => (
      offers(this.document, catalog, id, direction, port.name)
        .map((offer) => ({ ...offer, from: port, direction }))));
    return [...list("outputs"), ...list("inputs")];
  }

  remove() {
    const { nodes, groups, notes, edges } = this.chosen();
    let next = removeNodes(disconnect(this.document, edges), nodes);
    const left = (list, gone) => (list || []).filter((_, index) => !gone.includes(index));
    if (groups.length) next = { ...next, groups: left(next.groups, groups) };
    if (notes.length) next = { ...next, notes: left(next.notes, notes) };
    this.store.commit(next);
    this.focus();
  }

  copyText() {
    const { nodes } = this.chosen();
    this.pasted = 0;
    return nodes.length ? toText(fragmentOf(this.document, nodes)) : null;
  }

  async copy() {
    const text = this.copyText();
    if (text) await navigator.clipboard?.writeText(text);
  }

  pasteText(text) {
    const fragment = fromText(text);
    if (!fragment) return false;
    this.pasted += 1;
    const [next, ids] = insertFragment(this.document, fragment, [PASTE_SHIFT * this.pasted, PASTE_SHIFT * this.pasted]);
    this.store.commit(next);
    this.#selectSoon(ids);
    return true;
  }

  async paste() {
    const text = await navigator.clipboard?.readText();
    if (!this.pasteText(text)) this.refuse({ key: "paste_nothing" });
  }

  duplicate() {
    const { nodes } = this.chosen();
    if (!nodes.length) return;
    const [next, ids] = insertFragment(this.document, fragmentOf(this.document, nodes), [PASTE_SHIFT, PASTE_SHIFT]);
    this.store.commit(next);
    this.#selectSoon(ids);
  }

  /** Turn a yes-or-no field of the nodes over: all become what the first one is not. */
  #flip(ids, field, otherwise) {
    if (!ids.length) return;
    const value = !(this.document.nodes[ids[0]][field] ?? otherwise);
    this.store.commit(ids.reduce((next, id) => setNode(next, id, { [field]: value }), this.document));
  }

  toggleEnabled(ids = this.chosen().nodes) {
    this.#flip(ids, "enabled", true);
  }

  toggleIgnoreCache(ids = this.chosen().nodes) {
    this.#flip(ids, "ignore_cache", false);
  }

  /** Give a node a name of its own; null leaves it, an empty one takes the component's. */
  rename(id, title) {
    if (this.renaming.get() !== id) return;
    this.renaming.set(null);
    const spec = specOf(this.now().catalog, this.document.nodes[id]);
    if (title !== null) this.store.commit(setNode(this.document, id, { title: title === spec?.title ? null : title || null }));
    this.focus();
  }

  group() {
    const { nodes, groups } = this.chosen();
    const present = this.document.groups || [];
    if (groups.length && !nodes.length) {
      this.store.commit({ ...this.document, groups: present.filter((_, index) => !groups.includes(index)) });
      return;
    }
    if (!nodes.length) {
      this.refuse({ key: "group_nothing" });
      return;
    }
    const rest = present
      .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !nodes.includes(id)) }))
      .filter((group) => group.nodes.length);
    const color = COLORS[rest.length % COLORS.length];
    this.store.commit({ ...this.document, groups: [...rest, { title: this.now().texts.group_title, nodes, color }] });
    this.renaming.set(`group:${rest.length}`);
  }

  renameGroup(index, title) {
    if (this.renaming.get() === null) return;
    this.renaming.set(null);
    if (title) this.#change("groups", index, { title });
    this.focus();
  }

  addNote(position = null) {
    const [x, y] = rounded(position || this.#freePlace());
    const notes = [...(this.document.notes || []), { text: "", position: [x, y], size: [200, 110] }];
    this.store.commit({ ...this.document, notes });
    this.#selectSoon([`note:${notes.length - 1}`]);
  }

  setNote(index, fields) {
    this.#change("notes", index, fields);
  }

  #change(list, index, fields) {
    const items = this.document[list].map((item, at) => (at === index ? { ...item, ...fields } : item));
    this.store.commit({ ...this.document, [list]: items });
  }

  focusNode(id) {
    const node = this.flow.getNode(id);
    if (!node) return;
    const { width = NODE_WIDTH, height = 80 } = node.measured || {};
    this.flow.setCenter(node.position.x + width / 2, node.position.y + height / 2,
      { zoom: Math.max(0.8, this.flow.getZoom()), duration: 250 });
    this.select([id]);
  }

  showProblem(problem) {
    if (problem.node) this.focusNode(problem.node);
    this.command("focus", problem.node, { at: problem.at });
  }

  /** Ask Python for something that only it can do; unsent changes travel along first. */
  command(name, node = null, more = {}) {
    this.sync.flush();
    this.tell("command", { ...more, name, node });
  }
}
