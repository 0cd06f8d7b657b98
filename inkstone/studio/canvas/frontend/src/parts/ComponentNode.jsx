// A node: its component, its ports, and how it fares in the run on show.
import { memo, useEffect, useState } from "react";
import { Handle, Position } from "@xyflow/react";
import { fill, useCanvas, useStatus, useValue } from "../context.js";
import { specOf } from "../model/connections.js";
import { duration } from "../model/time.js";
import Icon from "./Icons.jsx";
import RenameField from "./RenameField.jsx";

function ComponentNode({ id, data, selected }) {
  const { catalog, texts, problems, renaming, readOnly, actions } = useCanvas();
  const { node } = data;
  const status = useStatus(id);
  const isRenaming = useValue(renaming, (value) => value === id);
  const spec = specOf(catalog, node);
  const own = problems.get(id) || [];
  const title = node.title || spec?.title || node.component;
  const state = status.state || "";
  const label = [title, state && texts[`state_${state}`], node.enabled === false && texts.disabled]
    .filter(Boolean).join(", ");
  const classes = ["node", `state-${state.toLowerCase() || "none"}`, `category-${spec?.category || "unknown"}`];
  if (selected) classes.push("is-selected");
  if (node.enabled === false) classes.push("is-disabled");
  if (own.length) classes.push("has-problem");
  return (
    <div className={classes.join(" ")} data-node={id} data-state={state} role="group" aria-label={label}>
      <header>
        <span className="chip"><Icon name={spec?.category} /></span>
        <span className="names">
          {isRenaming && !readOnly
            ? <RenameField value={title} onDone={(value) => actions.rename(id, value)} />
            : <span className="title" title={title}>{title}</span>}
          <span className="under">{node.title && spec ? spec.title : id}</span>
        </span>
        <Marks own={own} node={node} id={id} />
      </header>
      <Ports id={id} spec={spec} />
      <Progress status={status} />
    </div>
  );
}

function Marks({ own, node, id }) {
  const { texts, actions } = useCanvas();
  return (
    <span className="marks">
      {node.note && <span className="mark" title={node.note}><Icon name="note" /></span>}
      {node.ignore_cache && <span className="mark word" title={texts.ignore_cache}>{texts.fresh_mark}</span>}
      {own.length > 0 && (
        <button type="button" className="mark problem nodrag" title={own.map((problem) => problem.text).join("\n")}
          aria-label={fill(texts.problems_of_node, { count: own.length })}
          onClick={() => actions.showProblem(own[0])}><Icon name="warning" /></button>
      )}
      <Badge id={id} />
    </span>
  );
}

function Badge({ id }) {
  const { texts } = useCanvas();
  const status = useStatus(id);
  if (!status.state || status.state === "PENDING") return null;
  const why = status.error || status.reason || texts[`state_${status.state}`];
  return (
    <span className="badge" role="img" aria-label={texts[`state_${status.state}`]} title={why}>
      {BADGES[status.state]}
    </span>
  );
}

const BADGES = {
  WAITING: "…", RUNNING: "", SUCCEEDED: "✓", CACHED: "⚡", FAILED: "!", CANCELLED: "■", SKIPPED: "–",
};

function Progress({ status }) {
  const { texts } = useCanvas();
  const elapsed = useElapsed(status);
  if (!status.state || status.state === "PENDING" || status.state === "SKIPPED") return null;
  const { done, total, eta } = status.progress || {};
  const share = status.state === "RUNNING" && total ? Math.min(1, done / total) : null;
  const words = status.state === "CACHED" ? texts.state_CACHED : texts[`state_${status.state}`];
  return (
    <footer>
      <span className="words">{words}{share !== null && ` ${Math.floor(share * 100)}%`}</span>
      <span className="clock">
        {elapsed !== null && duration(elapsed)}{share !== null && eta > 1 && ` · ${fill(texts.left, { time: duration(eta) })}`}
      </span>
      {status.state === "RUNNING" && (
        <span className="bar" role="progressbar" aria-valuemin={0} aria-valuemax={100}
          aria-valuenow={share === null ? undefined : Math.floor(share * 100)}>
          <i className={share === null ? "unknown" : ""} style={share === null ? {} : { transform: `scaleX(${share})` }} />
        </span>
      )}
    </footer>
  );
}

/** Seconds a node has taken: counted here while it runs, as measured once it has ended. */
function useElapsed(status) {
  const [now, setNow] = useState(() => Date.now() / 1000);
  const running = status.state === "RUNNING";
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [running]);
  if (running) return status.started ? Math.max(0, now - status.started) : null;
  return status.state === "CACHED" ? null : status.seconds ?? null; // what the cache gave took no time worth telling
}

function Ports({ id, spec }) {
  if (!spec) return null;
  return (
    <div className="ports">
      <div className="inputs">
        {spec.inputs.map((port) => <Port key={port.name} node={id} port={port} direction="inputs" />)}
      </div>
      <div className="outputs">
        {spec.outputs.map((port) => <Port key={port.name} node={id} port={port} direction="outputs" />)}
      </div>
    </div>
  );
}

function Port({ node, port, direction }) {
  const { texts, connecting, readOnly } = useCanvas();
  const fit = useValue(connecting, (value) => (value ? value.fits(node, direction, port) : ""));
  const isInput = direction === "inputs";
  const kind = texts[`port_${port.type}`] || port.type;
  const title = `${port.title} · ${kind}${isInput && port.optional ? ` · ${texts.optional}` : ""}`;
  return (
    <div className={`port port-${port.type} ${fit} ${isInput && port.optional ? "is-optional" : ""}`} title={title}>
      <Handle type={isInput ? "target" : "source"} position={isInput ? Position.Left : Position.Right} id={port.name}
        isConnectable={!readOnly} aria-label={title} data-port={`${node}.${port.name}`} />
      <span>{port.title}</span>
    </div>
  );
}

export default memo(ComponentNode);
