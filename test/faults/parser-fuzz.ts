/**
 * Mutated samples of every family of parsers: `node test/faults/parser-fuzz.ts --lines 1000000`. Prints for each family
 * the lines, how many a parser took, crashes (must be 0) and the time of the slowest line; ends with 1 when a line
 * crashed a parser or took longer than the bound.
 */
import { parseArgs } from "node:util";
import type { EventId } from "../../src/kernel/index.ts";
import { contentParsers, parseRecord } from "../../src/modules/ingest/index.ts";
import { mutatedLine, randomFrom } from "./mutate-lines.ts";

const parsers = contentParsers();

/** A line may wait for the garbage collector; a parser that needs this long alone is broken. */
const LONGEST_LINE_MS = 100;
const RECEIVED = Date.UTC(2026, 10, 20);

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    family: { type: "string" },
  },
});

export interface FuzzResult {
  readonly lines: number;
  readonly taken: number;
  readonly crashes: number;
  readonly overLimit: number;
  readonly slowestMs: number;
  readonly perLineUs: number;
}

/** Families as people look for them: by what the log source says, else by the way of reading. */
function familyOf(one: (typeof parsers.definitions)[number]): string {
  const category = one.logsources[0]?.source.category;
  if (Object.keys(one.place.json).length > 0) return "json";
  if (category !== undefined) return category;
  if (one.reading.kind === "cef" || one.reading.kind === "leef" || one.reading.kind === "key_values") return "lists";
  return one.place.programs.length > 0 ? "programs" : "applications";
}

function ownTimeMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function fuzz(samples: readonly string[], lines: number, seed: number): FuzzResult {
  const random = randomFrom(seed);
  let taken = 0;
  let crashes = 0;
  let overLimit = 0;
  let slowestMs = 0;
  let totalMs = 0;
  for (let i = 0; i < lines; i++) {
    const raw = mutatedLine(samples, random);
    const record = { id: "" as EventId, door: "file" as const, sensor: "s", receivedAt: RECEIVED, raw };
    const started = performance.now();
    const event = parseRecord(record);
    const tookMs = performance.now() - started;
    totalMs += tookMs;
    // What is slow once may have been the machine: such a line is read again, in time of this process alone.
    const ownMs =
      tookMs > LONGEST_LINE_MS
        ? Math.min(
            tookMs,
            ownTimeMs(() => parseRecord(record)),
          )
        : tookMs;
    if (ownMs > slowestMs) slowestMs = ownMs;
    if (ownMs > LONGEST_LINE_MS) {
      overLimit++;
      process.stderr.write(`slow: ${JSON.stringify(raw.slice(0, 2_000))}\n`);
    }
    if (event.parseFailure === "parse.failure.internal") {
      crashes++;
      process.stderr.write(`crash: ${JSON.stringify(raw)}\n`);
    }
    if (parsers.has(event.format)) taken++;
  }
  return { lines, taken, crashes, overLimit, slowestMs, perLineUs: (totalMs * 1_000) / lines };
}

const families = Map.groupBy(parsers.definitions, familyOf);
for (const [family, members] of families) {
  if (values.family !== undefined && values.family !== family) continue;
  const samples = members.flatMap((one) => one.samples.map(({ raw }) => raw));
  const result = fuzz(samples, Number(values.lines), Number(values.seed));
  const { lines, taken, crashes, overLimit, slowestMs, perLineUs } = result;
  if (crashes > 0 || overLimit > 0) process.exitCode = 1;
  const share = ((100 * taken) / lines).toFixed(1);
  process.stdout.write(
    `${family.padEnd(20)} ${members.length} parsers, ${lines} lines, ${share} % taken, ${crashes} crashes, ${overLimit} over ${LONGEST_LINE_MS} ms, slowest ${slowestMs.toFixed(1)} ms, ${perLineUs.toFixed(1)} µs per line\n`,
  );
}
