// The canvas' model without a browser: node --test tests/
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromText, toText } from "../src/model/clipboard.js";
import { makeCatalog, offers, refusal } from "../src/model/connections.js";
import { connect, disconnect, edgesOf, fragmentOf, freeId, insertFragment, removeNodes, setNode } from "../src/model/document.js";
import { DocumentStore, STEPS } from "../src/model/history.js";
import { aligned, layered, withPositions } from "../src/model/layout.js";
import { applyPatch, differences, pick } from "../src/model/patch.js";
import { Sync } from "../src/model/sync.js";
import { duration } from "../src/model/time.js";

const port = (name, type, more = {}) => ({ name, type, title: name, optional: false, many: false, ...more });
const CATALOG = makeCatalog([
  { id: "data.read", key: "data.read@1", version: 1, inputs: [], outputs: [port("table", "table")] },
  { id: "data.clean", key: "data.clean@1", version: 1, inputs: [port("table", "table")], outputs: [port("table", "table")] },
  { id: "train.fit", key: "train.fit@1", version: 1, inputs: [port("train", "table")], outputs: [port("model", "model")] },
  { id: "deliver.keep", key: "deliver.keep@1", version: 1, inputs: [port("models", "model", { many: true })], outputs: [] },
]);
const node = (component, inputs = {}, position = [0, 0]) => ({ component, params: {}, inputs, position });
const graph = () => ({
  inkstone: 1,
  name: "g",
  groups: [{ title: "all", nodes: ["read", "fit"] }],
  nodes: {
    read: node("data.read@1"),
    clean: node("data.clean@1", { table: "read.table" }, [200, 0]),
    fit: node("train.fit@1", { train: "clean.table" }, [400, 0]),
    keep: node("deliver.keep@1", { models: ["fit.model"] }, [600, 0]),
  },
});
const link = (source, sourceHandle, target, targetHandle) => ({ source, sourceHandle, target, targetHandle });

test("a wrong connection is refused with its reason", () => {
  const document = graph();
  assert.equal(refusal(document, CATALOG, link("read", "table", "read", "table")).key, "refuse_self");
  assert.equal(refusal(document, CATALOG, link("read", "table", "keep", "models")).key, "refuse_type");
  assert.equal(refusal(document, CATALOG, link("read", "table", "clean", "table")).key, "refuse_twice");
  const turned = { ...document, nodes: { ...document.nodes, read: node("data.clean@1") } };
  assert.equal(refusal(turned, CATALOG, link("clean", "table", "read", "table")).key, "refuse_cycle");
  assert.equal(refusal(document, CATALOG, link("read", "table", "fit", "train")), null);
});

test("what is offered for a port fits it", () => {
  const found = offers(graph(), CATALOG, "read", "outputs", "table");
  assert.deepEqual(found.filter((item) => item.kind === "component").map((item) => item.component.id), ["data.clean", "train.fit"]);
  assert.deepEqual(found.filter((item) => item.kind === "port").map((item) => item.node), ["fit"]);
});

test("an input takes one edge, or many where the port says so", () => {
  const single = connect(graph(), link("read", "table", "fit", "train"), false);
  assert.equal(single.nodes.fit.inputs.train, "read.table");
  const two = { ...graph(), nodes: { ...graph().nodes, fit_2: node("train.fit@1") } };
  const many = connect(two, link("fit_2", "model", "keep", "models"), true);
  assert.deepEqual(many.nodes.keep.inputs.models, ["fit.model", "fit_2.model"]);
  const less = disconnect(many, [link("fit", "model", "keep", "models")]);
  assert.deepEqual(less.nodes.keep.inputs.models, ["fit_2.model"]);
});

test("deleting a node takes its edges and its place in a group along", () => {
  const next = removeNodes(graph(), ["clean"]);
  assert.deepEqual(next.nodes.fit.inputs, {});
  assert.deepEqual(edgesOf(next).map((edge) => edge.id), ["fit.model>keep.models"]);
  assert.deepEqual(removeNodes(graph(), ["read", "fit"]).groups, []);
});

test("copied nodes keep the edges between them, under new names", () => {
  const text = toText(fragmentOf(graph(), ["clean", "fit"]));
  const [next, ids] = insertFragment(graph(), fromText(text), [30, 30]);
  assert.deepEqual(ids, ["clean_2", "fit_2"]);
  assert.deepEqual(next.nodes.clean_2.inputs, {});
  assert.deepEqual(next.nodes.fit_2.inputs, { train: "clean_2.table" });
  assert.deepEqual(next.nodes.fit_2.position, [430, 30]);
});

test("a text that holds no nodes is not pasted", () => {
  for (const text of ["", "hello", "{}", '{"inkstone": 1, "nodes": {"../x": {"component": "a.b"}}}', '{"inkstone":1,"nodes":{"a":{}}}']) {
    assert.equal(fromText(text), null);
  }
  const extra = fromText('{"inkstone":1,"nodes":{"a":{"component":"data.read@1","evil":1}}}');
  assert.deepEqual(Object.keys(extra.nodes.a), ["component"]);
});

test("undo goes a hundred steps back and redo forth", () => {
  const store = new DocumentStore(graph());
  for (let step = 0; step < STEPS + 20; step += 1) store.commit(setNode(store.document, "read", { position: [step + 1, 0] }));
  for (let step = 0; step < STEPS + 20; step += 1) store.undo();
  assert.deepEqual(store.document.nodes.read.position, [20, 0]);
  for (let step = 0; step < STEPS + 20; step += 1) store.redo();
  assert.deepEqual(store.document.nodes.read.position, [STEPS + 20, 0]);
});

test("a commit that changes nothing is no step", () => {
  const store = new DocumentStore(graph());
  store.commit(graph());
  assert.equal(store.past.length, 0);
});

test("a patch carries fields that changed, came or went", () => {
  const before = graph();
  const after = removeNodes(setNode(before, "read", { params: { a: 1 } }), ["keep"]);
  const paths = differences(before, after);
  assert.deepEqual([...paths].sort(), ["nodes/keep", "nodes/read/params"]);
  assert.deepEqual(applyPatch(before, pick(after, paths)), after);
});

/** Python's side, as apply_change in inkstone.studio.canvas does it: only messages that arrive count. */
function wire(document, lose = () => false) {
  const store = new DocumentStore(document);
  const python = { document, acknowledged: 0 };
  const sync = new Sync(store, (change) => {
    if (lose(change)) return;
    python.document = applyPatch(python.document, change.patch);
    python.acknowledged = change.sequence;
  }, 0, 0);
  return { store, python, sync };
}

test("a message that never arrived is made good by the next, even when a node came and went between", () => {
  const { store, python, sync } = wire(graph(), (change) => change.sequence === 2);
  store.commit({ ...store.document, nodes: { ...store.document.nodes, extra: node("data.read@1") } });
  sync.flush();
  store.commit(removeNodes(store.document, ["extra"]));
  sync.flush();
  assert.ok(python.document.nodes.extra);
  store.commit(setNode(store.document, "read", { title: "x" }));
  sync.flush();
  assert.equal(python.document.nodes.extra, undefined);
  assert.deepEqual(python.document, store.document);
});

test("what Python changed and what the canvas changed meanwhile both stay", () => {
  const { store, python, sync } = wire(graph());
  store.commit(setNode(store.document, "read", { position: [9, 9] }));
  python.document = setNode(python.document, "read", { params: { rows: 5 } });
  sync.receive(python.document);
  assert.deepEqual(store.document.nodes.read.position, [9, 9]);
  assert.deepEqual(store.document.nodes.read.params, { rows: 5 });
  sync.flush();
  assert.deepEqual(python.document, store.document);
  store.undo();
  sync.flush();
  assert.deepEqual(python.document.nodes.read.params, {});
});

test("layout puts a node right of what it needs, and gives places to files without", () => {
  const places = layered(graph());
  assert.ok(places.read[0] < places.clean[0] && places.clean[0] < places.fit[0] && places.fit[0] < places.keep[0]);
  const bare = { ...graph(), nodes: Object.fromEntries(Object.entries(graph().nodes).map(([id, item]) => [id, { ...item, position: null }])) };
  assert.ok(Object.values(withPositions(bare).nodes).every((item) => item.position));
});

test("aligned nodes share an edge", () => {
  const lined = aligned(graph(), ["read", "fit"], "left");
  assert.equal(lined.read[0], lined.fit[0]);
  const spread = aligned({ ...graph(), nodes: { ...graph().nodes, clean: node("data.clean@1", {}, [250, 0]) } }, ["read", "clean", "fit"], "horizontal");
  assert.equal(spread.clean[0], 200);
});

test("names are free and of the allowed form; times are readable", () => {
  assert.equal(freeId(graph(), "read"), "read_2");
  assert.match(freeId(graph(), "9 Ünter"), /^[a-z][a-z0-9_]{0,39}$/);
  assert.deepEqual([0.42, 12.4, 185, 3723].map(duration), ["0.4 s", "12 s", "3:05", "1:02:03"]);
});

test("moves of one burst are one step of undo, and anything else ends the burst", () => {
  const store = new DocumentStore(graph());
  const at = (x) => setNode(store.get(), "read", { position: [x, 0] });
  store.commit(at(5), "arrows");
  store.commit(at(10), "arrows");
  store.commit(at(15), "arrows");
  store.commit(setNode(store.get(), "read", { enabled: false }));
  store.commit(at(20), "arrows");
  store.undo();
  assert.deepEqual(store.get().nodes.read.position, [15, 0]);
  store.undo();
  store.undo();
  assert.deepEqual(store.get().nodes.read.position, [0, 0]);
  store.redo();
  assert.deepEqual(store.get().nodes.read.position, [15, 0]);
});
