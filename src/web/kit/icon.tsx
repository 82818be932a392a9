/** Our own set, drawn on a 16 grid with one stroke width. */
const PATHS = {
  watch: "M2 9h3l2-5 3 8 1.5-3H14",
  alerts: "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.2",
  hunt: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14",
  rules: "M3 3h10M3 6.5h10M3 10h6M3 13.5h4M11 11.5l1.5 1.5L15 10",
  sensors:
    "M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.8 11.2a4.5 4.5 0 0 1 0-6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4M2.7 13.3a7.5 7.5 0 0 1 0-10.6M13.3 2.7a7.5 7.5 0 0 1 0 10.6",
  storage:
    "M2.5 4c0-1 2.5-1.7 5.5-1.7s5.5.7 5.5 1.7-2.5 1.7-5.5 1.7S2.5 5 2.5 4zM2.5 4v8c0 1 2.5 1.7 5.5 1.7s5.5-.7 5.5-1.7V4M2.5 8c0 1 2.5 1.7 5.5 1.7s5.5-.7 5.5-1.7",
  settings:
    "M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM5.5 13a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6.5 8 10.5l4-4",
  right: "M6.5 4l4 4-4 4",
  left: "M9.5 4l-4 4 4 4",
  up: "M8 13V3.5M4 7l4-4 4 4",
  check: "M3 8.5 6.5 12 13 4.5",
  copy: "M6 6h7.5v7.5H6zM3.5 10H2.5V2.5H10v1",
  undo: "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  only: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 9a1 1 0 1 0 0-2 1 1 0 0 0 0 2z",
  group: "M2.5 4h11M4.5 8h7M6.5 12h3",
  person: "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 14c.4-3 2.6-4.3 5.2-4.3s4.8 1.3 5.2 4.3",
  release: "M9 8.5H2.5M5 6l-2.5 2.5L5 11M8 3h5.5v10.5H8",
  escalate: "M3 13.5 13 3.5M6.5 3.5H13V10",
  note: "M3 2.5h10v7.5l-3.5 3.5H3zM9.5 13.5V10H13M5.5 5.5h5M5.5 8h3",
  download: "M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5V5h-2.5",
  play: "M4.5 3 13 8l-8.5 5z",
  stop: "M4 4h8v8H4z",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M7 6.5V13",
  chart: "M2.5 13.5h11M4.5 11V8M8 11V4M11.5 11V6.5",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  key: "M5.5 10.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8.5 7.5H14M12 7.5V10",
  out: "M9.5 3H3v10h6.5M6.5 8H14M11.5 5.5 14 8l-2.5 2.5",
  link: "M6.5 9.5l3-3M5 7.5 3.5 9a2.5 2.5 0 0 0 3.5 3.5L8.5 11M11 8.5 12.5 7A2.5 2.5 0 0 0 9 3.5L7.5 5",
  bookmark: "M4 2.5h8v11l-4-3-4 3z",
  tree: "M3 2.5v9.5h4M3 6h4M9 4.5h4.5v3H9zM9 10.5h4.5v3H9z",
  session: "M6 2.5h7.5v11H6M2.5 8H10M7.5 5.5 10 8l-2.5 2.5",
  entity:
    "M8 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3.5 14a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM12.5 14a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM7 5.3 4.4 10.5M9 5.3l2.6 5.2",
  print: "M4.5 6V2.5h7V6M4.5 11h-2V6h11v5h-2M4.5 9.5h7v4h-7z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
