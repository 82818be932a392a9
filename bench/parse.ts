/**
 * Parsing speed against JSON.parse alone, in the same run, on lines of real captures or on made-up ones.
 *   node bench/parse.ts [FILE.ndjson[.gz] …]
 * CPU time is measured, not wall time, so that a busy machine gives the same ratio.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { EventId } from "../src/kernel/index.ts";
import { parseRecord } from "../src/modules/ingest/index.ts";
import { sharedData } from "../test/shared-data.ts";

const ROUNDS = 9;

function madeUp(): string[] {
  const line = (i: number): string =>
    JSON.stringify({
      EventTime: "2026-03-04 12:00:01",
      Hostname: `ws${i % 50}`,
      EventID: [1, 3, 10, 11][i % 4],
      Channel: "Microsoft-Windows-Sysmon/Operational",
      SourceName: "Microsoft-Windows-Sysmon",
      UtcTime: "2026-03-04 05:00:01.250",
      Image: "C:\\Windows\\System32\\svchost.exe",
      CommandLine: `svchost.exe -k netsvcs -p ${i}`,
      Message: "x".repeat(800),
    });
  return Array.from({ length: 50_000 }, (_, i) => line(i));
}

function linesOf(path: string): string[] {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function captures(): string[] {
  const root = sharedData("detection/security-datasets");
  if (root === undefined) return madeUp();
  const names = readdirSync(root).filter((name) => name.endsWith(".ndjson.gz") && !name.startsWith("oracle"));
  return names.flatMap((name) => linesOf(join(root, name)));
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / 1_000;
}

const files = process.argv.slice(2);
const lines = files.length > 0 ? files.flatMap(linesOf) : captures();
const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
let sum = 0;
const jsonOnly: number[] = [];
const whole: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  jsonOnly.push(
    cpuMs(() => {
      for (const raw of lines) sum += JSON.parse(raw) === null ? 0 : 1;
    }),
  );
  whole.push(
    cpuMs(() => {
      for (const raw of lines) {
        const event = parseRecord({ id: "" as EventId, door: "file", sensor: "s", receivedAt: 0, raw });
        sum += event.format === "raw" ? 0 : 1;
      }
    }),
  );
}
// The best round of each: what else the machine does can only slow a round down.
const [json, parse] = [Math.min(...jsonOnly), Math.min(...whole)];
const rate = (ms: number): string => `${Math.round((lines.length / ms) * 1_000).toLocaleString("en")} lines/s`;
console.log(`${lines.length} lines, ${(bytes / 1e6).toFixed(0)} MB (checksum ${sum})`);
console.log(`JSON.parse alone ${rate(json)}`);
console.log(`parseRecord      ${rate(parse)}, ratio ${(json / parse).toFixed(2)}`);
