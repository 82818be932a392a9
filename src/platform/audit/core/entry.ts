import { canonical, type Json } from "./canonical.ts";

export interface Bounds {
  readonly maxDepth: number;
  readonly maxItems: number;
  readonly maxTextChars: number;
  readonly maxDetailsChars: number;
}

const SECRET = "[secret]";
/** Names of members whose values never enter the log, whatever they hold. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)|secret|cookie|authorization|csrf|credential|api_?key|private_?key|^token$/iu;
/** Our own bearer tokens and set-up links, wherever they stand in a text. */
const SECRET_TEXT = /khien_(?:ingest|read|backup|setup)_[\w-]+/gu;

/** Details as the log keeps them: plain JSON, bounded in every direction, without secrets. */
export function boundedDetails(details: Readonly<Record<string, unknown>>, bounds: Bounds): Record<string, Json> {
  const kept = boundedObject(details, { bounds, depth: 1 });
  const chars = canonical(kept).length;
  return chars <= bounds.maxDetailsChars ? kept : { truncated: true, chars };
}

export function clipped(text: string, maxChars: number): string {
  const clean = text.replace(SECRET_TEXT, SECRET);
  return clean.length <= maxChars ? clean : `${clean.slice(0, maxChars)}…`;
}

function boundedValue(value: unknown, at: { bounds: Bounds; depth: number }): Json {
  const { bounds, depth } = at;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return clipped(value, bounds.maxTextChars);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return null;
  if (depth >= bounds.maxDepth) return "[deep]";
  const below = { bounds, depth: depth + 1 };
  if (Array.isArray(value)) return value.slice(0, bounds.maxItems).map((item) => boundedValue(item, below));
  return boundedObject(value as Readonly<Record<string, unknown>>, below);
}

function boundedObject(
  value: Readonly<Record<string, unknown>>,
  at: { bounds: Bounds; depth: number },
): Record<string, Json> {
  const kept: Record<string, Json> = Object.create(null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  for (const [name, member] of members.slice(0, at.bounds.maxItems)) {
    if (name === "__proto__") continue;
    kept[clipped(name, 100)] = SECRET_NAME.test(name) ? SECRET : boundedValue(member, at);
  }
  return kept;
}
