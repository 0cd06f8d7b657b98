// The bar above the canvas: edit on the left, problems and the run on the right.
import { useSyncExternalStore } from "react";
import { fill, useCanvas, useStatus } from "../context.js";
import { isFinal } from "../model/status.js";
import Icon from "./Icons.jsx";

function Tool({ icon, text, keys, children, ...rest }) {
  const title = keys ? `${text} (${keys})` : text;
  return (
    <button type="button" className="tool" title={title} aria-label={text} {...rest}>
      <Icon name={icon} />{children}
    </button>
  );
}

export default function Toolbar({ paletteOpen, onPalette, problemCount, onProblems, onHelp, onMenu, compact }) {
  const { texts, store, actions } = useCanvas();
  useSyncExternalStore(store.subscribe, store.get);
  const below = (event, name) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMenu(name, null, { x: box.left, y: box.bottom + 4 });
  };
  return (
    <div className="toolbar" role="toolbar" aria-label={texts.toolbar}>
      {!paletteOpen && <Tool icon="panel" text={texts.palette_show} onClick={onPalette}>{!compact && <span>{texts.palette}</span>}</Tool>}
      <Tool icon="undo" text={texts.undo} keys="Ctrl+Z" disabled={!store.past.length} onClick={() => store.undo()} />
      <Tool icon="redo" text={texts.redo} keys="Ctrl+Y" disabled={!store.future.length} onClick={() => store.redo()} />
      <i className="line" />
      <Tool icon="layout" text={texts.layout} keys="L" onClick={actions.layout} />
      <Tool icon="align" text={texts.align} aria-haspopup="menu" onClick={(event) => below(event, "align")} />
      <Tool icon="group" text={texts.group} keys="G" onClick={actions.group} />
      <Tool icon="note" text={texts.note} keys="N" onClick={() => actions.addNote()} />
      <Tool icon="fit" text={texts.fit} keys="F" onClick={() => actions.fit()} />
      <Tool icon="help" text={texts.help} keys="?" onClick={onHelp} />
      <span className="space" />
      {problemCount > 0 && (
        <button type="button" className="tool has-problems" onClick={onProblems} title={texts.problems}>
          <Icon name="warning" />
          <span>{compact ? problemCount : fill(texts.problem_count, { count: problemCount })}</span>
        </button>
      )}
      <RunButtons onMenu={(event) => below(event, "run")} />
    </div>
  );
}

function RunButtons({ onMenu }) {
  const { texts, actions } = useCanvas();
  const run = useStatus("");
  const active = run.state && !isFinal(run.state);
  return (
    <>
      {run.state && <span className={`run-state state-${run.state.toLowerCase()}`} role="status">{texts[`run_${run.state}`]}</span>}
      {active ? (
        <button type="button" className="run stop" disabled={run.state === "CANCELLING"} onClick={() => actions.command("stop")}>
          <Icon name="stop" />{texts.stop}
        </button>
      ) : (
        <span className="run-split">
          <button type="button" className="run" title={`${texts.run} (Ctrl+Enter)`} onClick={() => actions.command("run")}>
            <Icon name="play" filled />{texts.run}
          </button>
          <button type="button" className="run more" aria-haspopup="menu" aria-label={texts.run_more} title={texts.run_more}
            onClick={onMenu}><Icon name="down" /></button>
        </span>
      )}
    </>
  );
}
