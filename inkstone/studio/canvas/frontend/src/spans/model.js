// What a text with marked spans is, without a browser. All positions count characters (code points), as Python does:
// a smiling face is one, though JavaScript counts two.

export const characters = (text) => Array.from(text);

/** The text between two positions. */
export const slice = (chars, start, end) => chars.slice(start, end).join("");

export const sorted = (spans) => [...spans].sort((a, b) => a.start - b.start || b.end - a.end || (a.label < b.label ? -1 : 1));

const same = (a, b) => a.start === b.start && a.end === b.end;

/** Mark a stretch; one that is marked already takes the new type. Null when there is nothing to mark. */
export function marked(spans, start, end, label) {
  if (start >= end || !label) return null;
  const span = { start, end, label };
  if (spans.some((item) => same(item, span) && item.label === label)) return null;
  return sorted([...spans.filter((item) => !same(item, span)), span]);
}

export const unmarked = (spans, gone) => spans.filter((item) => item !== gone);

/** The spans at a caret or inside a selection, the shortest first. */
export function spansAt(spans, start, end) {
  const hit = (item) => (start === end ? item.start <= start && start < item.end : item.start < end && start < item.end);
  return spans.filter(hit).sort((a, b) => (a.end - a.start) - (b.end - b.start));
}

/** A selection without the spaces around it. */
export function trimmed(chars, start, end) {
  while (start < end && !chars[start].trim()) start += 1;
  while (start < end && !chars[end - 1].trim()) end -= 1;
  return [start, end];
}

/** Stretches in which nothing changes: what lies over them, whether they are selected, which spans end behind them. */
export function pieces(length, spans, [from, to]) {
  const cuts = new Set([0, length, from, to]);
  for (const { start, end } of spans) cuts.add(start).add(end);
  const places = [...cuts].filter((place) => place >= 0 && place <= length).sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1];
    return {
      start,
      end,
      over: spans.filter((item) => item.start <= start && end <= item.end).sort((a, b) => (a.end - a.start) - (b.end - b.start)),
      ending: spans.filter((item) => item.end === end).sort((a, b) => b.start - a.start),
      selected: from < to && from <= start && end <= to,
    };
  });
}

/** Where words begin and end, so that Ctrl and an arrow jump over one; Chinese words too. */
export function wordEdges(text) {
  const edges = [0];
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  for (const { segment } of segments) edges.push(edges.at(-1) + characters(segment).length);
  return edges;
}

export const nextEdge = (edges, place) => edges.find((edge) => edge > place) ?? edges.at(-1);
export const lastEdge = (edges, place) => edges.findLast((edge) => edge < place) ?? 0;

/** Undo inside one text. */
export class Past {
  constructor(spans) {
    this.now = sorted(spans);
    this.before = [];
  }

  set(next) {
    if (!next) return false;
    this.before.push(this.now);
    this.now = next;
    return true;
  }

  undo() {
    if (!this.before.length) return false;
    this.now = this.before.pop();
    return true;
  }
}
