/**
 * What may be written next, from what is stored: fields by how many of the newest events have them, values by how
 * often they occur there. A sample of the newest matching events, kept for a moment, because people type fast.
 */
import { COLUMNS } from "../core/query/columns.ts";
import { COMMAND_ITEMS, type Completion, completionAt, FUNCTION_ITEMS } from "../core/query/complete.ts";
import { fold } from "../core/query/fold.ts";
import { eventFieldType } from "../core/query/pipe-shape.ts";
import { printName, quote } from "../core/query/print.ts";
import { ALL } from "../core/query/tree.ts";
import { MAX_SUGGESTIONS, SUGGEST_SAMPLE } from "../limits.ts";
import type { FieldSummaryResponse, SuggestResponse } from "../schemas.ts";
import { summariseFields } from "./field-summary.ts";
import { type ReadContext, search } from "./queries.ts";
import { FieldReads } from "./field-sql.ts";
import { Parameters } from "./predicate.ts";
import { partsWithin, relation, type TimeRange } from "./read-sql.ts";

export interface SuggestAsk extends TimeRange {
  readonly query: string;
  readonly cursor: number;
}

type Item = SuggestResponse["items"][number];
type Fields = Pick<FieldSummaryResponse, "fields" | "sampled">;

export async function suggest(run: ReadContext, ask: SuggestAsk): Promise<Omit<SuggestResponse, "tookMs">> {
  const completion = completionAt(ask.query, ask.cursor);
  const { from, to } = completion;
  const items = await itemsFor(run, ask, completion);
  return { from, to, items: items.slice(0, MAX_SUGGESTIONS) };
}

async function itemsFor(run: ReadContext, range: TimeRange, completion: Completion): Promise<readonly Item[]> {
  const { wanted, prefix, shape } = completion;
  const starts = (text: string) => fold(text).startsWith(fold(prefix));
  switch (wanted.kind) {
    case "nothing":
      return [];
    case "command":
      return COMMAND_ITEMS.filter(({ text }) => starts(text)).map(({ text, usage }) => ({
        kind: "command",
        text,
        usage,
      }));
    case "value":
      return shape === "events" ? await values(run, range, { field: wanted.field, prefix }) : [];
    case "field": {
      const words = prefix === "" ? [] : wanted.words.filter(starts).map((text): Item => ({ kind: "word", text }));
      const functions = wanted.functions
        ? FUNCTION_ITEMS.filter(starts).map((text): Item => ({ kind: "function", text }))
        : [];
      if (shape !== "events") {
        const columns = shape.filter(({ name }) => starts(name));
        return [
          ...functions,
          ...columns.map(({ name, type }): Item => ({ kind: "field", text: printName(name), type })),
          ...words,
        ];
      }
      return [...functions, ...(await fields(run, range, prefix)), ...words];
    }
  }
}

/** Those that begin so first, then those that hold it, each by how many events have them; then names only known. */
async function fields(run: ReadContext, range: TimeRange, prefix: string): Promise<readonly Item[]> {
  const { fields: seen, sampled } = await sample(run, range);
  const wanted = fold(prefix);
  const items = seen.map(({ name, count }): Item & { share: number } => ({
    kind: "field",
    text: name,
    type: eventFieldType(name),
    share: sampled === 0 ? 0 : count / sampled,
  }));
  const known = new Set(items.map(({ text }) => fold(text)));
  const others = [...COLUMNS.map(({ name }) => name as string), ...run.fieldNames()].flatMap((text): Item[] => {
    if (known.has(fold(text))) return [];
    known.add(fold(text));
    return [{ kind: "field", text, type: eventFieldType(text), share: 0 }];
  });
  const all = [...items, ...others].filter(({ text }) => fold(text).includes(wanted));
  const begins = (item: Item) => (fold(item.text).startsWith(wanted) ? 0 : 1);
  return all
    .sort((a, b) => begins(a) - begins(b) || (b.share ?? 0) - (a.share ?? 0))
    .map((item) => ({ ...item, text: printName(item.text) }));
}

async function values(
  run: ReadContext,
  range: TimeRange,
  { field, prefix }: { readonly field: string; readonly prefix: string },
): Promise<readonly Item[]> {
  const parameters = new Parameters();
  const reads = new FieldReads({ parameters, spellings: run.spellings }, "s");
  const { first, list } = reads.read(field);
  const from = parameters.add(BigInt(range.from));
  const to = parameters.add(BigInt(range.to));
  // The newest parts up to the sample: top values of everything would take seconds, and people look for what is now.
  const parts = partsWithin(run.parts, range).toSorted((a, b) => b.maxTime - a.maxTime);
  const some: typeof parts = [];
  let events = 0;
  for (const part of parts) {
    if (events >= SUGGEST_SAMPLE) break;
    some.push(part);
    events += part.events;
  }
  const source = `SELECT * FROM ${relation(some)} WHERE "time" >= ${from} AND "time" < ${to} LIMIT ${SUGGEST_SAMPLE}`;
  const each = list === undefined ? `CAST(${first} AS VARCHAR)` : `unnest(list_distinct(${list}))`;
  const rows = await run.connection.rows(
    `SELECT v, count(*) AS n FROM (SELECT ${each} AS v FROM (${reads.over(source)}) AS e) AS e
     WHERE v IS NOT NULL AND length(v) <= 256 GROUP BY v ORDER BY n DESC, v LIMIT 5000`,
    parameters.values,
  );
  const wanted = fold(prefix);
  const found = rows.map((row) => ({ text: String(row["v"]), n: Number(row["n"]) }));
  const total = found.reduce((sum, { n }) => sum + n, 0);
  const begins = found.filter(({ text }) => fold(text).startsWith(wanted));
  const holds = found.filter(({ text }) => !fold(text).startsWith(wanted) && fold(text).includes(wanted));
  return [...begins, ...holds].map(({ text, n }): Item => ({ kind: "value", text: quote(text), share: n / total }));
}

const FRESH_MS = 10_000;
/** Of this thread, which has one store. */
let last: { readonly at: number; readonly key: string; readonly fields: Fields } | undefined;

async function sample(run: ReadContext, { from, to }: TimeRange): Promise<Fields> {
  // Ranges that end now move with every key; a minute's difference changes no field names.
  const key = `${Math.floor(from / 60_000)}-${Math.floor(to / 60_000)}`;
  if (last !== undefined && last.key === key && performance.now() - last.at < FRESH_MS) return last.fields;
  const { events } = await search(run, { query: ALL, from, to, limit: SUGGEST_SAMPLE_EVENTS, order: "newest" });
  const seen = { fields: summariseFields(events), sampled: events.length };
  last = { at: performance.now(), key, fields: seen };
  return seen;
}

const SUGGEST_SAMPLE_EVENTS = 500;
