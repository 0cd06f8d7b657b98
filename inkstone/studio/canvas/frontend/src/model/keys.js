// The keyboard. React Flow itself moves nodes by arrows, walks by Tab and selects by Enter.

const FIELDS = /^(INPUT|TEXTAREA|SELECT)$/;

/** Handle a key pressed on the canvas; returns true when it meant something here. */
export function onKey(event, { actions, store, open, readOnly }) {
  const target = event.nativeEvent.composedPath()[0];
  if (FIELDS.test(target.tagName)) return false;
  const modifier = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const table = readOnly ? watching(actions, open) : editing(actions, store, open, event.shiftKey);
  const name = `${modifier ? "Ctrl+" : ""}${event.shiftKey && key.length > 1 ? "Shift+" : ""}${key}`;
  if (key === "Enter" && !modifier && !event.shiftKey) return false;
  const found = table[name];
  if (!found) return false;
  found();
  return true;
}

function watching(actions, open) {
  const one = () => actions.chosen().nodes[0];
  return {
    f: () => actions.fit(),
    o: () => one() && actions.command("view_output", one()),
    "?": () => open("help"),
    m: () => one() && open("node", one()),
    ContextMenu: () => one() && open("node", one()),
    "+": () => actions.flow.zoomIn(),
    "-": () => actions.flow.zoomOut(),
    Escape: () => actions.select([]),
  };
}

function editing(actions, store, open, shift) {
  const chosen = actions.chosen().nodes;
  const one = chosen.length === 1 ? chosen[0] : null;
  return {
    ...watching(actions, open),
    "/": () => open("search"),
    a: () => open("add", null),
    c: () => one && open("connect", one),
    d: () => actions.toggleEnabled(),
    g: actions.group,
    n: () => actions.addNote(),
    l: actions.layout,
    p: () => open("problems"),
    F2: () => renameChosen(actions),
    Delete: actions.remove,
    Backspace: actions.remove,
    "Ctrl+a": actions.selectAll,
    "Ctrl+d": actions.duplicate,
    "Ctrl+z": () => (shift ? store.redo() : store.undo()),
    "Ctrl+y": () => store.redo(),
    "Ctrl+Enter": () => actions.command("run"),
    "Shift+Enter": () => one && actions.command("run_to", one),
  };
}

function renameChosen(actions) {
  const { nodes, groups } = actions.chosen();
  if (nodes.length === 1) actions.renaming.set(nodes[0]);
  else if (groups.length === 1) actions.renaming.set(`group:${groups[0]}`);
}
