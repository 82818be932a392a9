/** Captures of real attacks through both ways in: `khien scan` and the HTTP door; findings as (file, line, rule). */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { FINDINGS_RAISED, type FindingsRaised } from "../../src/modules/detection/index.ts";
import { eventId } from "../../src/modules/ingest/index.ts";
import type { TestServer } from "./server.ts";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const SENSOR = "captures";

/** `file line rule`, one per finding. */
export type FindingSet = ReadonlySet<string>;
const keyOf = (file: string, line: number, rule: string): string => `${basename(file)}\t${line}\t${rule}`;

export function capturesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ndjson.gz") && !name.startsWith("oracle"))
    .toSorted()
    .map((name) => join(folder, name));
}

export async function scanned(files: readonly string[], rules: string): Promise<FindingSet> {
  const child = spawn(process.execPath, [CLI, "scan", ...files, "--rules", rules, "--ndjson", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  const found = new Set<string>();
  for await (const text of createInterface({ input: child.stdout })) {
    const { file, line, rule } = JSON.parse(text) as { file: string; line: number; rule: { id: string } };
    found.add(keyOf(file, line, rule.id));
  }
  const code = await ended;
  if (code !== 0 && code !== 2) throw new Error(`khien scan ended with ${code}`);
  return found;
}

/** The server must already have the rules; findings of other rules than `rules` are left out. */
export async function throughTheDoor(
  server: TestServer,
  files: readonly string[],
  rules: ReadonlySet<string>,
): Promise<FindingSet> {
  const placeOf = new Map<string, { file: string; line: number }>();
  const found = new Set<string>();
  server.server.parts.outbox.on(FINDINGS_RAISED, async (news) => {
    for (const { ruleId, event } of (news as FindingsRaised).findings) {
      const place = placeOf.get(event.id);
      if (place === undefined) throw new Error(`finding on an event nobody sent: ${event.id}`);
      if (rules.has(ruleId)) found.add(keyOf(place.file, place.line, ruleId));
    }
  });
  const sender = await server.withToken("ingest", SENSOR);
  for (const file of files) {
    const packed = readFileSync(file);
    const source = basename(file);
    const lines = gunzipSync(packed).toString("utf8").split("\n");
    for (const [index, content] of lines.entries()) {
      const text = content.replace(/\r$/u, "");
      const line = index + 1;
      if (text !== "")
        placeOf.set(eventId({ sensor: SENSOR, source, ordinal: `l${line}`, content: text }), { file, line });
    }
    const answer = await sender.deliver(packed, { encoding: "gzip", query: { source, firstLine: "1" } });
    if (answer.status !== 200 || answer.body.rejectedTotal > 0)
      throw new Error(`${source}: ${answer.status} ${answer.text.slice(0, 300)}`);
  }
  await server.settled();
  return found;
}

/** Imports an archive through the API and gives back the ids of its rules. */
export async function importRules(server: TestServer, archive: string): Promise<ReadonlySet<string>> {
  const admin = await server.as("admin");
  const answer = await admin.ask<{ import: { id: string } }>(
    "POST",
    `/api/v1/rules/imports?name=${basename(archive)}`,
    {
      body: readFileSync(archive),
      headers: { "content-type": "application/octet-stream" },
    },
  );
  if (answer.status !== 200) throw new Error(`import: ${answer.status} ${answer.text.slice(0, 300)}`);
  const rules = await admin.all<{ id: string }>(`/api/v1/rules?origin=${answer.body.import.id}&limit=500`);
  return new Set(rules.map(({ id }) => id));
}

/** What another Sigma engine found in the same captures, or undefined when that list is not there. */
export function oracle(folder: string): FindingSet | undefined {
  const path = join(folder, "oracle-matches.ndjson.gz");
  if (!existsSync(path)) return undefined;
  const matches = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  return new Set(
    matches.flatMap((text) => {
      const { capture, rule_id, lines } = JSON.parse(text) as { capture: string; rule_id: string; lines: number[] };
      return lines.map((line) => keyOf(capture, line, rule_id));
    }),
  );
}

export function compare(found: FindingSet, expected: FindingSet): { both: number; missing: string[]; extra: string[] } {
  const missing = [...expected].filter((one) => !found.has(one));
  const extra = [...found].filter((one) => !expected.has(one));
  return { both: expected.size - missing.length, missing, extra };
}
