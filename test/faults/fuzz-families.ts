/** What is fuzzed: every family of parsers, those that are content and those that are programs, with lines of its own. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { KhienEvent } from "../../src/kernel/index.ts";
import { contentParsers } from "../../src/modules/ingest/index.ts";
import { readFileBatches } from "../../src/modules/ingest/reading/source.ts";

export interface FuzzSample {
  readonly raw: string;
  /** What a reader of files says of the line: the columns of a Zeek log, say. */
  readonly format?: string;
}
export interface Family {
  readonly name: string;
  readonly parsers: number;
  readonly samples: readonly FuzzSample[];
}

const SAMPLES = fileURLToPath(new URL("../../src/modules/ingest/testdata/", import.meta.url));

type Definition = ReturnType<typeof contentParsers>["definitions"][number];

/** As people look for them: by what the log source says, else by the way of reading. */
function familyOf(one: Definition): string {
  const category = one.logsources[0]?.source.category;
  if (Object.keys(one.place.json).length > 0) return "json";
  if (category !== undefined) return category;
  if (one.reading.kind === "cef" || one.reading.kind === "leef" || one.reading.kind === "key_values") return "lists";
  return one.place.programs.length > 0 ? "programs" : "applications";
}

export async function fuzzFamilies(): Promise<Family[]> {
  const content = [...Map.groupBy(contentParsers().definitions, familyOf)].map(
    ([name, members]): Family => ({
      name,
      parsers: members.length,
      samples: members.flatMap((one) => one.samples.map(({ raw }) => ({ raw }))),
    }),
  );
  const formats: Family[] = [];
  for (const file of readdirSync(SAMPLES).filter((name) => /\.(?:ndjson|log)$/u.test(name))) {
    const samples: FuzzSample[] = [];
    for await (const batch of readFileBatches(SAMPLES + file)) {
      for (const { raw, format } of batch) samples.push(format === undefined ? { raw } : { raw, format });
    }
    formats.push({ name: file.replace(/\.\w+$/u, ""), parsers: 1, samples });
  }
  return [...content, ...formats];
}

/** Texts, numbers and lists of them all through: what is written down and sent between threads. */
export function isPlain(event: KhienEvent): boolean {
  const isScalar = (value: unknown) => value === null || ["string", "number", "boolean"].includes(typeof value);
  const values = [...Object.values(event.fields), ...Object.values(event.entities), ...Object.values(event.logsource)];
  return values.every((one) => one === undefined || isScalar(one) || (Array.isArray(one) && one.every(isScalar)));
}
