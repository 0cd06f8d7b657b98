// Draws the bench. Every text of a user becomes a text node, never HTML.
import { pieces, slice } from "./model.js";

const HUES = [212, 12, 148, 272, 38, 330, 186, 96, 300];

export function element(tag, classes = "", text = null, attributes = {}) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);

const hue = (types, label) => HUES[Math.max(0, types.indexOf(label)) % HUES.length];

/** The text with its spans, the selection and the caret. */
export function drawText(box, { chars, spans, types, selection, caret, texts }, remove) {
  const nodes = [];
  const placeCaret = (place) => {
    if (place === caret) nodes.push(element("span", "caret", null, { "aria-hidden": "true" }));
  };
  for (const { start, end, over, ending, selected } of pieces(chars.length, spans, selection)) {
    const cuts = caret > start && caret < end ? [start, caret, end] : [start, end];
    for (let index = 0; index + 1 < cuts.length; index += 1) {
      placeCaret(cuts[index]);
      const piece = element("span", "piece", slice(chars, cuts[index], cuts[index + 1]), { "data-start": cuts[index] });
      if (over.length) {
        piece.classList.add("in-span");
        piece.style.setProperty("--hue", hue(types, over[0].label));
        if (over.length > 1) piece.style.setProperty("--outer", hue(types, over.at(-1).label));
        piece.classList.toggle("nested", over.length > 1);
      }
      piece.classList.toggle("selected", selected);
      nodes.push(piece);
    }
    for (const span of ending) nodes.push(tag(span, chars, types, texts, remove));
  }
  placeCaret(chars.length);
  box.replaceChildren(...nodes);
}

function tag(span, chars, types, texts, remove) {
  const made = element("span", "tag", null, { "data-label": span.label });
  made.style.setProperty("--hue", hue(types, span.label));
  made.append(element("span", "", span.label));
  const words = fill(texts.remove, { text: slice(chars, span.start, span.end), label: span.label });
  const button = element("button", "", "×", { type: "button", tabindex: "-1", title: words, "aria-label": words });
  button.addEventListener("click", () => remove(span));
  made.append(button);
  return made;
}

/** The types, with their keys. */
export function drawTypes(box, types, choose) {
  const buttons = types.map((label, index) => {
    const button = element("button", "type", null, { type: "button", "data-type": label });
    button.style.setProperty("--hue", hue(types, label));
    if (index < 9) button.append(element("kbd", "", String(index + 1)));
    button.append(element("span", "", label));
    button.addEventListener("click", () => choose(label));
    return button;
  });
  box.replaceChildren(...buttons);
}

/** The position in the text of a point of the browser's selection; null outside the text. */
export function placeOf(box, node, offset) {
  if (node === box) {
    const child = box.childNodes[offset];
    return child ? startOf(child) : null;
  }
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".piece");
  if (!piece || !box.contains(piece)) return null;
  const inside = node.nodeType === Node.TEXT_NODE ? Array.from(node.data.slice(0, offset)).length : 0;
  return Number(piece.dataset.start) + inside;
}

function startOf(node) {
  for (let at = node; at; at = at.nextSibling) {
    if (at.dataset?.start !== undefined) return Number(at.dataset.start);
  }
  return null;
}
