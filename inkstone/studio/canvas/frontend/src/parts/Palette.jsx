// The components by category: search, favourites, drag or Enter to add.
import { useMemo, useState } from "react";
import { useCanvas } from "../context.js";
import { favourites, setFavourites } from "../model/favourites.js";
import Icon from "./Icons.jsx";

export const DRAG_TYPE = "application/x-inkstone-component";

export function matches(component, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [component.id, component.title, component.summary, component.search].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

export default function Palette({ searchRef, onClose }) {
  const { components, texts } = useCanvas();
  const [query, setQuery] = useState("");
  const [starred, setStarred] = useState(favourites);
  const [closed, setClosed] = useState(() => new Set());
  const found = useMemo(() => components.filter((item) => matches(item, query)), [components, query]);
  const sections = useMemo(() => sectionsOf(found, starred), [found, starred]);
  const star = (id) => {
    const next = starred.includes(id) ? starred.filter((item) => item !== id) : [...starred, id];
    setStarred(next);
    setFavourites(next);
  };
  const toggle = (name) => {
    const next = new Set(closed);
    if (!next.delete(name)) next.add(name);
    setClosed(next);
  };
  return (
    <aside className="palette" aria-label={texts.palette}>
      <div className="search">
        <Icon name="search" />
        <input ref={searchRef} type="search" value={query} placeholder={texts.palette_search} aria-label={texts.palette_search}
          onChange={(event) => setQuery(event.target.value)} onKeyDown={(event) => fromSearch(event)} />
        <button type="button" className="plain" aria-label={texts.palette_hide} title={texts.palette_hide} onClick={onClose}>
          <Icon name="panel" />
        </button>
      </div>
      <div className="sections" onKeyDown={walk}>
        {sections.map(([name, items]) => (
          <section key={name}>
            <button type="button" className="section" aria-expanded={!closed.has(name)} onClick={() => toggle(name)}>
              <span className={`chip category-${name}`}><Icon name={name === "favourites" ? "star" : name} /></span>
              {texts[`category_${name}`]}<span className="count">{items.length}</span>
            </button>
            {(!closed.has(name) || query) && items.map((item) => (
              <Item key={item.key} item={item} starred={starred.includes(item.id)} onStar={() => star(item.id)} />
            ))}
          </section>
        ))}
        {sections.length === 0 && <p className="nothing">{texts.palette_nothing}</p>}
      </div>
      <p className="hint">{texts.palette_hint}</p>
    </aside>
  );
}

function sectionsOf(found, starred) {
  const sections = new Map();
  const stars = found.filter((item) => starred.includes(item.id));
  if (stars.length) sections.set("favourites", stars);
  for (const item of found) {
    if (!sections.has(item.category)) sections.set(item.category, []);
    sections.get(item.category).push(item);
  }
  return [...sections];
}

function Item({ item, starred, onStar }) {
  const { actions, texts } = useCanvas();
  const onDragStart = (event) => {
    event.dataTransfer.setData(DRAG_TYPE, item.key);
    event.dataTransfer.effectAllowed = "copy";
  };
  const onKeyDown = (event) => {
    if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    actions.add(item.key);
  };
  return (
    <div className="item" role="button" tabIndex={0} draggable data-component={item.id} onDragStart={onDragStart}
      onKeyDown={onKeyDown} onDoubleClick={() => actions.add(item.key)} title={item.summary}
      aria-label={`${item.title}: ${item.summary}`}>
      <span className="words"><b>{item.title}</b><small>{item.summary}</small></span>
      <button type="button" className={`plain star ${starred ? "is-on" : ""}`} aria-pressed={starred}
        aria-label={texts.favourite} title={texts.favourite} onClick={onStar} onDoubleClick={(event) => event.stopPropagation()}>
        <Icon name="star" filled={starred} />
      </button>
    </div>
  );
}

/** From the search field the down arrow leads to the first component, Enter adds it. */
function fromSearch(event) {
  const first = event.currentTarget.closest(".palette").querySelector(".item");
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    first?.focus();
  }
}

/** Up and down walk through the components. */
function walk(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...event.currentTarget.querySelectorAll(".item, .section")];
  const at = items.indexOf(event.target);
  if (at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  items[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}
