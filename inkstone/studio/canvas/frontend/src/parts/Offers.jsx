// A searchable list at a point of the canvas: what could hang on a port, or any component.
import { useMemo, useRef, useState } from "react";
import { useCanvas } from "../context.js";
import { specOf } from "../model/connections.js";
import Icon from "./Icons.jsx";
import { useKeepInside } from "./Menu.jsx";

export default function Offers({ at, items, title, onChoose, onClose }) {
  const { texts } = useCanvas();
  const [query, setQuery] = useState("");
  const [here, setHere] = useState(0);
  const box = useRef(null);
  useKeepInside(box, at);
  const words = useWords();
  const shown = useMemo(
    () => items.map((item) => ({ item, ...words(item) })).filter((row) => row.search.includes(query.trim().toLowerCase())),
    [items, query, words],
  );
  const choose = (row) => {
    onClose();
    if (row) onChoose(row.item);
  };
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    if (event.key === "Enter") choose(shown[here]);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !shown.length) return;
    event.preventDefault();
    const next = (here + step + shown.length) % shown.length;
    setHere(next);
    box.current.querySelectorAll("[role=option]")[next]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      <div className="veil" onPointerDown={onClose} />
      <div className="offers" ref={box} style={{ left: at.x, top: at.y }} onKeyDown={onKeyDown} role="dialog" aria-label={title}>
        <div className="search">
          <Icon name="search" />
          <input autoFocus value={query} placeholder={title} aria-label={title}
            onChange={(event) => { setQuery(event.target.value); setHere(0); }} />
        </div>
        <div className="list" role="listbox" aria-label={title}>
          {shown.map((row, index) => (
            <div key={row.key} role="option" aria-selected={index === here} className={index === here ? "is-here" : ""}
              onPointerEnter={() => setHere(index)} onClick={() => choose(row)}>
              <span className={`chip category-${row.category}`}><Icon name={row.category} /></span>
              <span className="words"><b>{row.title}</b><small>{row.under}</small></span>
            </div>
          ))}
          {!shown.length && <p className="nothing">{texts.offers_nothing}</p>}
        </div>
      </div>
    </>
  );
}

function useWords() {
  const { catalog, store, texts } = useCanvas();
  return useMemo(() => (item) => {
    if (item.kind === "component") {
      const { component, port, from } = item;
      const under = port ? `${from ? `${from.title} → ` : ""}${texts.offers_new} · ${port.title}` : component.summary;
      const search = [component.title, component.id, component.search, component.summary].join(" ").toLowerCase();
      return { key: `${from?.name || ""}+${component.key}`, title: component.title, under, category: component.category, search };
    }
    const node = store.document.nodes[item.node];
    const spec = specOf(catalog, node);
    const title = node.title || spec.title;
    const under = `${item.from ? `${item.from.title} → ` : ""}${item.node} · ${item.port.title}`;
    const search = [title, item.node, item.port.title].join(" ").toLowerCase();
    return { key: `${item.from?.name || ""}${item.node}.${item.port.name}`, title, under, category: spec.category, search };
  }, [catalog, store, texts]);
}
