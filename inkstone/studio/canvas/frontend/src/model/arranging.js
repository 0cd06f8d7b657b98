// Where things stand: dragging, tidying up, aligning, fitting. The first half of the actions.
import { rounded, setPositions } from "./document.js";
import { aligned, layered } from "./layout.js";

export class Arranging {
  get document() {
    return this.store.document;
  }

  /** Keep where nodes and notes have been dragged to, or moved by arrow keys: those are a `burst`. */
  keepPositions(burst = null) {
    const all = this.flow.getNodes();
    const moved = all.filter((node) => node.type === "component").map((node) => [node.id, [node.position.x, node.position.y]]);
    let next = setPositions(this.document, Object.fromEntries(moved));
    const notes = (next.notes || []).map((note, index) => {
      const node = all.find((item) => item.id === `note:${index}`);
      return node ? { ...note, position: rounded([node.position.x, node.position.y]) } : note;
    });
    if (notes.length) next = { ...next, notes };
    this.store.commit(next, burst);
  }

  #sizes() {
    return Object.fromEntries(this.flow.getNodes().filter((node) => node.measured?.width)
      .map((node) => [node.id, { width: node.measured.width, height: node.measured.height }]));
  }

  layout() {
    if (!Object.keys(this.document.nodes).length) return;
    this.store.commit(setPositions(this.document, layered(this.document, this.#sizes())));
    requestAnimationFrame(() => requestAnimationFrame(() => this.fit()));
  }

  align(how) {
    const { nodes } = this.chosen();
    if (nodes.length < 2) this.refuse({ key: "align_nothing" });
    else this.store.commit(setPositions(this.document, aligned(this.document, nodes, how, this.#sizes())));
  }

  fit(duration = 200) {
    this.flow.fitView({ padding: 0.12, maxZoom: 1, duration });
  }
}
