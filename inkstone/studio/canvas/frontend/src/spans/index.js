// Entities are marked here: select text with the mouse or the keyboard, press the number of a type. What is kept goes to
// Python once a text is done; until then everything stays in the browser.
import "./spans.css";
import { Bench } from "./bench.js";

const mounted = new WeakMap();

export default function render({ parentElement, data, setTriggerValue }) {
  let bench = mounted.get(parentElement);
  if (!bench) {
    bench = new Bench(parentElement);
    mounted.set(parentElement, bench);
  }
  bench.take(data, (name, more = {}) => setTriggerValue("act", { name, row: data.row, ...more }));
  return () => {
    // Streamlit may call this for an overtaken call while the component stays: see whether it has really left.
    setTimeout(() => {
      if (bench.host.isConnected) return;
      bench.close();
      mounted.delete(parentElement);
    }, 0);
  };
}
