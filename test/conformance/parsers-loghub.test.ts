/** Real lines without expectations: how many of them a parser takes. Measured on what loghub holds of OpenSSH and Windows. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EventId } from "../../src/kernel/index.ts";
import { contentParsers, parseRecord } from "../../src/modules/ingest/index.ts";
import { sharedData } from "../shared-data.ts";

const archive = sharedData("detection/log-parsing/loghub/loghub-2k.tar.gz");
/** The log, the parser that must take its lines, the least share of them, and a field that most lines have. */
const LOGS = [
  { file: "OpenSSH/OpenSSH_2k.log", parser: "sshd", least: 0.99, field: "src_ip" },
  { file: "Windows/Windows_2k.log", parser: "windows-cbs", least: 0.99, field: "component" },
] as const;

test.skipIf(archive === undefined)("loghub (skipped where the outside test data is absent)", () => {
  const dir = mkdtempSync(join(tmpdir(), "khien-loghub-"));
  try {
    execFileSync("tar", ["-xzf", archive as string, "-C", dir]);
    for (const { file, parser, least, field } of LOGS) {
      const lines = readFileSync(join(dir, file), "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "");
      const events = lines.map((raw) =>
        parseRecord({
          id: "" as EventId,
          door: "file",
          sensor: "s",
          receivedAt: Date.UTC(2026, 10, 20),
          raw: raw.trimEnd(),
        }),
      );
      const taken = events.filter(({ format }) => format === parser);
      const timed = events.filter(({ timeMissing }) => timeMissing !== true);
      const withField = taken.filter(({ fields }) => fields[field] !== undefined);
      const share = (part: readonly unknown[]): string => `${((100 * part.length) / lines.length).toFixed(2)} %`;
      process.stdout.write(
        `${file}: ${lines.length} lines, ${share(taken)} by ${parser}, ${share(timed)} with a time, ${share(withField)} with ${field}\n`,
      );
      if (process.env["KHIEN_DIFFERENCES"] === "1") {
        for (const { raw, format } of events) if (format !== parser) process.stdout.write(`${format} ${raw}\n`);
      }
      expect(contentParsers().has(parser)).toBe(true);
      expect(taken.length / lines.length).toBeGreaterThanOrEqual(least);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
