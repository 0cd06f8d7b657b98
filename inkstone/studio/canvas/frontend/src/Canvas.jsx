// The canvas as a whole: palette, toolbar, board, and what floats above them.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import Board from "./Board.jsx";
import { CanvasContext, fill, Value, useValue } from "./context.js";
import { Actions } from "./model/actions.js";
import { makeCatalog } from "./model/connections.js";
import { EMPTY } from "./model/document.js";
import { paletteIsOpen, setPaletteOpen } from "./model/favourites.js";
import { DocumentStore } from "./model/history.js";
import { onKey } from "./model/keys.js";
import { withPositions } from "./model/layout.js";
import { RunStatus } from "./model/status.js";
import { Sync } from "./model/sync.js";
import Floating from "./parts/Floating.jsx";
import Palette from "./parts/Palette.jsx";
import Toolbar from "./parts/Toolbar.jsx";
import usePageUndo from "./usePageUndo.js";

const NARROW = 760;

export default function Canvas(props) {
  return <ReactFlowProvider><Shell {...props} /></ReactFlowProvider>;
}

function Shell({ data, setStateValue, setTriggerValue }) {
  const root = useRef(null);
  const search = useRef(null);
  const engine = useEngine(data, root, setStateValue, setTriggerValue);
  const { store, status, actions, renaming, connecting } = engine;
  usePageUndo(root, store, data.read_only);
  const document = useSyncExternalStore(store.subscribe, store.get);
  const width = useWidth(root);
  const [paletteOpen, showPalette] = usePalette(width);
  const [floating, setFloating] = useState(null);

  const open = useCallback((kind, subject = null, at = null) => {
    if (kind === "search") {
      showPalette(true);
      setTimeout(() => search.current?.focus(), 0);
    } else setFloating({ kind, subject, at: at ? actions.local(at) : actions.pointFor(subject) });
  }, [actions, showPalette]);
  const context = useContextValue(data, { store, status, actions, renaming, connecting });

  const onKeyDown = (event) => {
    if (event.key === "Escape" && floating) {
      setFloating(null);
      event.stopPropagation();
      return;
    }
    const handled = onKey(event, { actions, store, open, readOnly: data.read_only });
    if (handled) event.preventDefault();
    // React Flow listens on the document for Shift, Control and Delete; only plain letters are kept from Streamlit's hotkeys.
    if (handled || (event.key.length === 1 && !event.ctrlKey && !event.metaKey)) event.stopPropagation();
  };
  const onCopy = (event) => {
    if (isTyping(event)) return;
    const text = actions.copyText();
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut" && !data.read_only) actions.remove();
  };
  const onPaste = (event) => {
    if (isTyping(event) || data.read_only) return;
    if (actions.pasteText(event.clipboardData.getData("text/plain"))) event.preventDefault();
  };
  const compact = width < NARROW;
  return (
    <CanvasContext.Provider value={context}>
      <div className={`shell ${data.read_only ? "is-read-only" : ""} ${compact ? "is-compact" : ""} ${data.dark ? "is-dark" : ""}`} ref={root}
        style={{ height: data.height }} onKeyDown={onKeyDown} onCopy={onCopy} onCut={onCopy} onPaste={onPaste}>
        {!data.read_only && paletteOpen && <Palette searchRef={search} onClose={() => showPalette(false)} />}
        <div className="main">
          {!data.read_only && (
            <Toolbar paletteOpen={paletteOpen} onPalette={() => showPalette(true)} compact={compact}
              problemCount={data.problems.length} onProblems={() => open("problems")} onHelp={() => open("help")} onMenu={open} />
          )}
          <div className="board" tabIndex={-1} role="application" aria-label={data.texts.canvas}>
            <Board document={document} open={open} dark={data.dark} onSelect={(id) => setStateValue("selected", id)} />
            {!data.read_only && !Object.keys(document.nodes).length && <p className="empty">{data.texts.empty}</p>}
          </div>
        </div>
        <Floating floating={floating} onClose={() => { setFloating(null); actions.focus(); }} open={open} />
        <Toast value={engine.toast} texts={data.texts} />
      </div>
    </CanvasContext.Provider>
  );
}

function isTyping(event) {
  return /^(INPUT|TEXTAREA)$/.test(event.nativeEvent.composedPath()[0].tagName);
}

/** What lives as long as the canvas: document, link to Python, states of the run, actions. */
function useEngine(data, root, setStateValue, setTriggerValue) {
  const flow = useReactFlow();
  const props = useRef(null);
  props.current = { data, setStateValue, setTriggerValue };
  const [engine] = useState(() => {
    const store = new DocumentStore(withPositions({ ...EMPTY, ...data.document }));
    const send = (change) => props.current.setStateValue("change", change);
    const sync = new Sync(store, send, data.acknowledged, data.generation);
    const status = new RunStatus();
    status.onEnd = (run) => props.current.setTriggerValue("command", { name: "run_ended", node: null, run: run.id, state: run.state });
    const [renaming, connecting, toast] = [new Value(null), new Value(null), new Value(null)];
    const board = () => root.current.querySelector(".board");
    const actions = new Actions({
      store, sync, flow, renaming, toast,
      board,
      frame: () => root.current.getBoundingClientRect(),
      room: () => board().getBoundingClientRect(),
      now: () => ({ texts: props.current.data.texts, catalog: catalogOf(props.current.data) }),
      tell: (name, value) => props.current.setTriggerValue(name, value),
      focus: () => board()?.focus({ preventScroll: true }),
      local: (point) => {
        const box = root.current.getBoundingClientRect();
        return { x: point.x - box.left, y: point.y - box.top };
      },
      nodeAt: (x, y) => root.current.getRootNode().elementFromPoint(x, y)?.closest("[data-node]")?.dataset.node || null,
    });
    actions.pointFor = (id) => actions.local(placeOf(root.current, typeof id === "string" ? id : null));
    return { store, sync, status, actions, renaming, connecting, toast, revision: data.revision };
  });
  useFollowPython(engine, data);
  return engine;
}

function placeOf(root, id) {
  const part = (id && root.querySelector(`[data-node="${id}"]`)) || root.querySelector(".board");
  const box = part.getBoundingClientRect();
  return id ? { x: box.right + 6, y: box.top } : { x: box.left + box.width / 2 - 150, y: box.top + box.height / 4 };
}

/** Take in what Python says: answers, a changed or another document, another run. */
function useFollowPython(engine, data) {
  const { sync, status, actions } = engine;
  const first = useRef(true);
  useEffect(() => sync.acknowledge(data.acknowledged), [sync, data.acknowledged]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const document = withPositions({ ...EMPTY, ...data.document });
    if (data.generation !== sync.generation) {
      sync.load(document, data.generation);
      setTimeout(() => actions.fit(), 60);
    } else sync.receive(document);
  }, [sync, data.revision, data.generation]); // eslint-disable-line
  const run = data.run;
  useEffect(() => { status.language = data.language; }, [status, data.language]);
  useEffect(() => {
    status.follow(run);
    return () => status.close();
  }, [status, run?.id, run?.attempt]); // eslint-disable-line
}

const catalogs = new WeakMap();
let lastCatalog = { text: "", components: null };

/** Streamlit parses `data` anew on each change; the same components keep the same objects. */
function componentsOf(data) {
  const text = data.components_digest;
  if (lastCatalog.text !== text) lastCatalog = { text, components: data.components };
  return lastCatalog.components;
}

function catalogOf(data) {
  const components = componentsOf(data);
  if (!catalogs.has(components)) catalogs.set(components, makeCatalog(components));
  return catalogs.get(components);
}

function useContextValue(data, engine) {
  const components = componentsOf(data);
  const catalog = catalogOf(data);
  const problemText = JSON.stringify(data.problems);
  const language = data.language;
  return useMemo(() => {
    const problems = new Map();
    for (const problem of data.problems) {
      if (problem.node) problems.set(problem.node, [...(problems.get(problem.node) || []), problem]);
    }
    return { ...engine, components, catalog, texts: data.texts, problems, problemList: data.problems, readOnly: data.read_only };
  }, [components, catalog, problemText, language, data.read_only, engine.store]); // eslint-disable-line
}

function usePalette(width) {
  const [wanted, setWanted] = useState(() => paletteIsOpen(null));
  const show = useCallback((shown) => {
    setWanted(shown);
    setPaletteOpen(shown);
  }, []);
  return [wanted ?? width >= NARROW, show];
}

function useWidth(root) {
  const [width, setWidth] = useState(1000);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width));
    observer.observe(root.current);
    return () => observer.disconnect();
  }, [root]);
  return width;
}

function Toast({ value, texts }) {
  const message = useValue(value);
  useEffect(() => {
    if (!message) return undefined;
    const timer = setTimeout(() => value.set(null), 5000);
    return () => clearTimeout(timer);
  }, [message, value]);
  if (!message) return <div className="toast" role="alert" hidden />;
  return <div className="toast" role="alert">{fill(texts[message.text], message.slots)}</div>;
}
