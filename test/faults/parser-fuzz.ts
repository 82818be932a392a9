/**
 * Mutated samples of every family of parsers: `node test/faults/parser-fuzz.ts --lines 1000000`. Prints for each family
 * the lines, how many became more than raw text, crashes (must be 0) and the time of the slowest line; ends with 1 when
 * a line crashed a parser, took longer than the bound or became something that no thread can be sent.
 */
import { parseArgs } from "node:util";
import type { EventId } from "../../src/kernel/index.ts";
import { parseRecord } from "../../src/modules/ingest/index.ts";
import { type Family, fuzzFamilies, isPlain } from "./fuzz-families.ts";
import { mutatedDocument } from "./mutate-documents.ts";
import { mutatedLine, randomFrom } from "./mutate-lines.ts";

/** A line may wait for the garbage collector; a parser that needs this long alone is broken. */
const LONGEST_LINE_MS = 100;
const RECEIVED = Date.UTC(2026, 10, 20);

interface FuzzResult {
  readonly taken: number;
  readonly crashes: number;
  readonly overLimit: number;
  readonly slowestMs: number;
  readonly perLineUs: number;
}

function ownTimeMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function fuzz({ samples }: Family, lines: number, seed: number): FuzzResult {
  const random = randomFrom(seed);
  const raws = samples.map(({ raw }) => raw);
  const formats = samples.flatMap(({ format }) => (format === undefined ? [] : [format]));
  const result = { taken: 0, crashes: 0, overLimit: 0, slowestMs: 0, totalMs: 0 };
  for (let i = 0; i < lines; i++) {
    const raw = i % 2 === 0 ? mutatedLine(raws, random) : mutatedDocument(raws, random);
    const format = formats[Math.floor(random() * formats.length)];
    const record = {
      id: "" as EventId,
      door: "file" as const,
      sensor: "s",
      receivedAt: RECEIVED,
      raw,
      ...(format === undefined ? {} : { format }),
    };
    const started = performance.now();
    const event = parseRecord(record);
    const tookMs = performance.now() - started;
    result.totalMs += tookMs;
    // What is slow once may have been the machine: such a line is read again, in time of this process alone.
    const ownMs =
      tookMs > LONGEST_LINE_MS
        ? Math.min(
            tookMs,
            ownTimeMs(() => parseRecord(record)),
          )
        : tookMs;
    result.slowestMs = Math.max(result.slowestMs, ownMs);
    if (ownMs > LONGEST_LINE_MS) {
      result.overLimit++;
      process.stderr.write(`slow: ${JSON.stringify(raw.slice(0, 2_000))}\n`);
    }
    if (event.parseFailure === "parse.failure.internal" || !isPlain(event)) {
      result.crashes++;
      process.stderr.write(`crash: ${JSON.stringify(raw)}\n`);
    }
    if (event.format !== "raw") result.taken++;
  }
  const { totalMs, ...told } = result;
  return { ...told, perLineUs: (totalMs * 1_000) / lines };
}

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    family: { type: "string", multiple: true },
  },
});
const lines = Number(values.lines);
for (const family of await fuzzFamilies()) {
  if (values.family !== undefined && !values.family.includes(family.name)) continue;
  const { taken, crashes, overLimit, slowestMs, perLineUs } = fuzz(family, lines, Number(values.seed));
  if (crashes > 0 || overLimit > 0) process.exitCode = 1;
  const share = ((100 * taken) / lines).toFixed(1);
  process.stdout.write(
    `${family.name.padEnd(20)} ${family.parsers} parsers, ${lines} lines, ${share} % read, ${crashes} crashes, ${overLimit} over ${LONGEST_LINE_MS} ms, slowest ${slowestMs.toFixed(1)} ms, ${perLineUs.toFixed(1)} µs per line\n`,
  );
}
