// Whatever floats above the canvas just now: a menu, a list of offers, the problems or the sheet of keys.
import { useCanvas } from "../context.js";
import * as menus from "../model/menus.js";
import Help from "./Help.jsx";
import Menu from "./Menu.jsx";
import Offers from "./Offers.jsx";
import Problems from "./Problems.jsx";

export default function Floating({ floating, onClose, open }) {
  const { actions, texts, problemList, readOnly } = useCanvas();
  if (!floating) return null;
  const { kind, subject, at } = floating;
  if (kind === "help") return <Help onClose={onClose} />;
  if (kind === "problems") return problemList.length ? <Problems list={problemList} onClose={onClose} /> : null;
  if (kind === "add") return <AddList at={at} onClose={onClose} />;
  if (kind === "connect") return <ConnectList at={at} id={subject} onClose={onClose} />;
  if (kind === "offers") return <PortList at={at} {...subject} onClose={onClose} />;
  const items = itemsOf(kind, subject, at, { actions, texts, readOnly, open });
  return items ? <Menu at={at} items={items} label={texts.menu} onClose={onClose} /> : null;
}

function itemsOf(kind, subject, at, { actions, texts, readOnly, open }) {
  if (readOnly) return kind === "node" ? menus.readOnlyNodeMenu(actions, texts, subject) : null;
  if (kind === "node") return menus.nodeMenu(actions, texts, subject, open);
  if (kind === "frame") return menus.frameMenu(actions, texts, subject);
  if (kind === "edge" || kind === "note") return menus.edgeMenu(actions, texts);
  if (kind === "align") return menus.alignMenu(actions, texts);
  if (kind === "run") return menus.runMenu(actions, texts);
  return menus.paneMenu(actions, texts, actions.placeAt(at), () => open("add"));
}

function AddList({ at, onClose }) {
  const { components, actions, texts } = useCanvas();
  const items = components.map((component) => ({ kind: "component", component }));
  return <Offers at={at} items={items} title={texts.palette_search} onClose={onClose} onChoose={(offer) => actions.take(offer, null, null)} />;
}

function ConnectList({ at, id, onClose }) {
  const { actions, texts } = useCanvas();
  const choose = (offer) => actions.take(offer, { node: id, name: offer.from.name, direction: offer.direction }, null);
  return <Offers at={at} items={actions.offersOf(id)} title={texts.connect} onClose={onClose} onChoose={choose} />;
}

function PortList({ at, port, items, onClose }) {
  const { actions, texts } = useCanvas();
  const choose = (offer) => actions.take(offer, port, actions.placeAt(at, port.direction));
  return <Offers at={at} items={items} title={texts.offers_title} onClose={onClose} onChoose={choose} />;
}
