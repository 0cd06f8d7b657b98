// The canvas' own line icons, drawn on a 24 by 24 grid.
const PATHS = {
  data: "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  text: "M5 6h14M5 11h14M5 16h9",
  train: "M4 19V5M4 19h16M7 8c2 6 5 8 12 8",
  pretrain: "M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4",
  fewshot: "M12 3l2.4 6.2L21 10l-5 4.3L17.5 21 12 17.3 6.5 21 8 14.3 3 10l6.6-.8z",
  tag: "M4 4h8l8 8-8 8-8-8zM8.5 8.500h.01",
  compress: "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5",
  evaluate: "M5 20v-7M12 20V4M19 20v-11",
  compare: "M8 4v16M16 4v16M3 8h10M11 16h10",
  predict: "M12 3v3M12 18v3M3 12h3M18 12h3M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  deliver: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  layout: "M3 9h6v6H3zM15 3h6v6h-6zM15 15h6v6h-6zM9 12h3M12 6v12M12 6h3M12 18h3",
  align: "M4 3v18M8 6h12v4H8zM8 14h7v4H8z",
  group: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 9h6v6H9z",
  note: "M5 4h14v10l-6 6H5zM13 20v-6h6",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.500h.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  play: "M7 4l13 8-13 8z",
  stop: "M6 6h12v12H6z",
  down: "M6 9l6 6 6-6",
  star: "M12 4l2.2 5.300L20 10l-4.4 3.700L17 19.5 12 16.3 7 19.500l1.4-5.800L4 10l5.800-.7z",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4 4",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  close: "M6 6l12 12M18 6L6 18",
  panel: "M4 5h16v14H4zM9 5v14",
  more: "M6 12h.01M12 12h.01M18 12h.01",
};

export default function Icon({ name, filled = false }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" fill={filled ? "currentColor" : "none"}
      stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      <path d={PATHS[name] || PATHS.data} />
    </svg>
  );
}
