// Marked spans without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { characters, lastEdge, marked, nextEdge, Past, pieces, spansAt, trimmed, wordEdges } from "../src/spans/model.js";

const span = (start, end, label) => ({ start, end, label });

test("positions count characters as Python does", () => {
  assert.equal(characters("😀李雷").length, 3);
  assert.equal(wordEdges("😀 hello").at(-1), 7);
});

test("marking keeps order, replaces the type of the same stretch, and refuses nothing", () => {
  const first = marked([], 5, 7, "place");
  const both = marked(first, 0, 2, "name");
  assert.deepEqual(both, [span(0, 2, "name"), span(5, 7, "place")]);
  assert.deepEqual(marked(both, 0, 2, "firm"), [span(0, 2, "firm"), span(5, 7, "place")]);
  assert.equal(marked(both, 0, 2, "name"), null);
  assert.equal(marked(both, 3, 3, "name"), null);
});

test("nested spans are drawn in pieces, the shortest on top", () => {
  const spans = [span(0, 6, "firm"), span(0, 2, "place")];
  const found = pieces(8, spans, [1, 3]);
  assert.deepEqual(found.map(({ start, end }) => [start, end]), [[0, 1], [1, 2], [2, 3], [3, 6], [6, 8]]);
  assert.deepEqual(found[0].over.map(({ label }) => label), ["place", "firm"]);
  assert.deepEqual(found.filter(({ selected }) => selected).length, 2);
  assert.deepEqual(found[1].ending, [spans[1]]);
  assert.deepEqual(spansAt(spans, 1, 1).map(({ label }) => label), ["place", "firm"]);
  assert.deepEqual(spansAt(spans, 2, 2).map(({ label }) => label), ["firm"]);
});

test("a selection loses its outer spaces, and words are jumped over", () => {
  assert.deepEqual(trimmed(characters("  ab "), 0, 5), [2, 4]);
  const edges = wordEdges("one two");
  assert.equal(nextEdge(edges, 0), 3);
  assert.equal(lastEdge(edges, 7), 4);
});

test("undo goes back step by step", () => {
  const past = new Past([span(3, 4, "b"), span(0, 1, "a")]);
  assert.deepEqual(past.now[0], span(0, 1, "a"));
  assert.equal(past.undo(), false);
  past.set(marked(past.now, 5, 6, "c"));
  assert.equal(past.set(null), false);
  assert.equal(past.undo(), true);
  assert.equal(past.now.length, 2);
});
