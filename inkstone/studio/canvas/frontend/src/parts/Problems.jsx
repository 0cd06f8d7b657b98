// What stands in the way of a run; a click leads to the node and its field.
import { useCanvas } from "../context.js";
import { specOf } from "../model/connections.js";
import Icon from "./Icons.jsx";

export default function Problems({ list, onClose }) {
  const { texts, actions, catalog, store } = useCanvas();
  const nameOf = (id) => {
    const node = store.document.nodes[id];
    return node ? node.title || specOf(catalog, node)?.title || id : id;
  };
  return (
    <div className="problems" role="dialog" aria-label={texts.problems}>
      <header>
        <b>{texts.problems}</b>
        <button type="button" className="plain" aria-label={texts.close} onClick={onClose}><Icon name="close" /></button>
      </header>
      <ul>
        {list.map((problem, index) => (
          <li key={`${problem.code}-${problem.node}-${index}`}>
            <button type="button" onClick={() => actions.showProblem(problem)}>
              {problem.node && <b>{nameOf(problem.node)}</b>}
              <span>{problem.text}</span>
              <small>{problem.fix}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
