// What Streamlit calls: once at the start and again on every change of `data`, always with the same parent element.
import { createRoot } from "react-dom/client";
import "@xyflow/react/dist/style.css";
import "./styles/base.css";
import "./styles/node.css";
import "./styles/palette.css";
import "./styles/menus.css";
import Canvas from "./Canvas.jsx";

const mounted = new WeakMap();
let mounts = 0;

function mount(parentElement) {
  const host = document.createElement("div");
  host.className = "inkstone-canvas";
  mounts += 1;
  host.dataset.mount = String(mounts);
  parentElement.appendChild(host);
  const record = { host, root: createRoot(host) };
  mounted.set(parentElement, record);
  return record;
}

export default function render({ parentElement, data, setStateValue, setTriggerValue }) {
  const record = mounted.get(parentElement) || mount(parentElement);
  record.root.render(<Canvas data={data} setStateValue={setStateValue} setTriggerValue={setTriggerValue} />);
  // When `data` changes while Streamlit still loads this module, it calls the cleanup of the overtaken call although the
  // component stays on the page. So look, a moment later, whether the host has really left.
  return () => {
    setTimeout(() => {
      if (record.host.isConnected) return;
      record.root.unmount();
      mounted.delete(parentElement);
    }, 0);
  };
}
