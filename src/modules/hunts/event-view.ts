import type { StoredEvent } from "../lake/index.ts";
import type { EventView } from "./core/processes.ts";

/** A stored event as the core looks at it: source fields by name, whatever their case. */
export function viewOf(event: StoredEvent): EventView {
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(event.fields)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const text = first === null || first === undefined ? "" : String(first);
    const key = name.toLowerCase();
    if (text !== "" && text !== "-" && !byName.has(key)) byName.set(key, text);
  }
  return {
    id: event.id,
    time: Date.parse(event.time),
    host: event.host,
    field: (name) => byName.get(name.toLowerCase()),
  };
}
