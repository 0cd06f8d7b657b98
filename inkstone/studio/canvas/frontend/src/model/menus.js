// What the menus offer: of a node, of the empty canvas, of an edge, and of the toolbar's buttons.

export function nodeMenu(actions, texts, id, open) {
  const node = actions.document.nodes[id];
  const command = (name) => () => actions.command(name, id);
  return [
    { label: texts.run_to, keys: "Shift+Enter", run: command("run_to") },
    { label: texts.run_from, run: command("run_from") },
    { label: texts.run_only, run: command("run_only") },
    { label: node.ignore_cache ? texts.use_cache : texts.ignore_cache, run: () => actions.toggleIgnoreCache([id]) },
    null,
    { label: texts.view_output, keys: "O", run: command("view_output") },
    { label: texts.view_log, run: command("view_log") },
    { label: texts.show_yaml, run: command("show_yaml") },
    { label: texts.show_command, run: command("show_command") },
    null,
    { label: texts.connect, keys: "C", run: () => open("connect", id) },
    { label: texts.rename, keys: "F2", run: () => actions.renaming.set(id) },
    { label: node.enabled === false ? texts.enable : texts.disable, keys: "D", run: () => actions.toggleEnabled([id]) },
    { label: texts.copy, keys: "Ctrl+C", run: actions.copy },
    { label: texts.duplicate, keys: "Ctrl+D", run: actions.duplicate },
    { label: texts.remove, keys: "Del", danger: true, run: actions.remove },
  ];
}

export function readOnlyNodeMenu(actions, texts, id) {
  return ["view_output", "view_log", "show_yaml"].map((name) => (
    { label: texts[name], run: () => actions.command(name, id) }));
}

export function paneMenu(actions, texts, position, open) {
  return [
    { label: texts.key_add, keys: "A", run: () => open("add", position) },
    { label: texts.note, keys: "N", run: () => actions.addNote(position) },
    { label: texts.paste, keys: "Ctrl+V", run: actions.paste },
    { label: texts.select_all, keys: "Ctrl+A", run: actions.selectAll },
    null,
    { label: texts.layout, keys: "L", run: actions.layout },
    { label: texts.fit, keys: "F", run: () => actions.fit() },
  ];
}

export function edgeMenu(actions, texts) {
  return [{ label: texts.remove, keys: "Del", danger: true, run: actions.remove }];
}

export function frameMenu(actions, texts, id) {
  return [
    { label: texts.rename, keys: "F2", run: () => actions.renaming.set(id) },
    { label: texts.ungroup, keys: "G", run: actions.remove },
  ];
}

export function alignMenu(actions, texts) {
  return ["left", "center", "right", "top", "middle", "bottom", "horizontal", "vertical"].map((how) => (
    { label: texts[`align_${how}`], run: () => actions.align(how) }));
}

export function runMenu(actions, texts) {
  const one = actions.chosen().nodes.length === 1 ? actions.chosen().nodes[0] : null;
  return [
    { label: texts.run, keys: "Ctrl+Enter", run: () => actions.command("run") },
    { label: texts.run_with, run: () => actions.command("run_with") },
    { label: texts.run_fresh, run: () => actions.command("run_fresh") },
    null,
    { label: texts.run_to, off: !one, run: () => actions.command("run_to", one) },
    { label: texts.run_from, off: !one, run: () => actions.command("run_from", one) },
    { label: texts.run_only, off: !one, run: () => actions.command("run_only", one) },
    null,
    { label: texts.resume, run: () => actions.command("resume") },
    { label: texts.show_command, run: () => actions.command("show_command", null) },
  ];
}
