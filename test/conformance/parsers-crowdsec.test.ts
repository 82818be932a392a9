/** Lines with known fields from the crowdsec hub: how many are parsed, and how many comparable fields are the same. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../src/kernel/index.ts";
import { parseRecord } from "../../src/modules/ingest/index.ts";
import { sharedData } from "../shared-data.ts";
import { COUNTERPARTS, hubTests, sameValue, saysSomething } from "./crowdsec-assertions.ts";

const archive = sharedData("detection/log-parsing/crowdsec-hub/tests.tar.gz");
/** Only the frame was understood, or nothing. */
const UNPARSED: ReadonlySet<string> = new Set(["raw", "json", "syslog-3164", "syslog-5424"]);

interface Tally {
  lines: number;
  parsed: number;
  comparable: number;
  equal: number;
}

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "" as EventId, door: "file", sensor: "s", receivedAt: Date.UTC(2026, 10, 20), raw });
}

function measure(dir: string): { readonly byType: Map<string, Tally>; readonly differences: string[] } {
  const byType = new Map<string, Tally>();
  const differences: string[] = [];
  for (const { name, logType, lines } of hubTests(dir)) {
    const tally = byType.get(logType) ?? { lines: 0, parsed: 0, comparable: 0, equal: 0 };
    byType.set(logType, tally);
    for (const { raw, fields } of lines) {
      const event = eventOf(raw);
      tally.lines++;
      if (!UNPARSED.has(event.format)) tally.parsed++;
      else differences.push(`${name} unparsed: ${raw.slice(0, 200)}`);
      for (const [theirs, value] of fields) {
        const ours = COUNTERPARTS[theirs];
        if (ours === undefined || !saysSomething(value)) continue;
        tally.comparable++;
        if (sameValue(value, ours(event))) tally.equal++;
        else
          differences.push(
            `${name} [${event.format}] ${theirs}: ${value.slice(0, 80)} ≠ ${ours(event).join(" / ").slice(0, 120)}`,
          );
      }
    }
  }
  return { byType, differences };
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

function tableOf(byType: ReadonlyMap<string, Tally>): string {
  const rows = [...byType].sort(([, one], [, other]) => other.lines - one.lines);
  return rows
    .filter(([, { lines }]) => lines > 0)
    .map(([type, { lines, parsed, comparable, equal }]) => {
      const counts = `${String(lines).padStart(5)} lines ${share(parsed, lines).padStart(8)} parsed`;
      return `${type.padEnd(22)} ${counts} ${String(comparable).padStart(6)} fields ${share(equal, comparable).padStart(8)} equal`;
    })
    .join("\n");
}

test.skipIf(archive === undefined)("crowdsec hub (skipped where the outside test data is absent)", () => {
  const dir = mkdtempSync(join(tmpdir(), "khien-hub-"));
  try {
    execFileSync("tar", ["-xzf", archive as string, "-C", dir]);
    const { byType, differences } = measure(dir);
    const sum = (name: keyof Tally): number => [...byType.values()].reduce((all, tally) => all + tally[name], 0);
    const total = `${share(sum("parsed"), sum("lines"))} of ${sum("lines")} lines, ${share(sum("equal"), sum("comparable"))} of ${sum("comparable")} fields`;
    process.stdout.write(`${tableOf(byType)}\n${total}\n`);
    if (process.env["KHIEN_DIFFERENCES"] === "1") process.stdout.write(`${differences.join("\n")}\n`);
    expect(sum("parsed") / sum("lines")).toBeGreaterThan(0.9);
    expect(sum("equal") / sum("comparable")).toBeGreaterThan(0.9);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
