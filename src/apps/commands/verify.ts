import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../kernel/index.ts";
import {
  EventProof,
  flawOfProof,
  segmentDirOf,
  type SegmentVerification,
  verifySegments,
} from "../../modules/lake/index.ts";
import { type AuditVerification, ownKeyId, verifyOffline } from "../../platform/audit/index.ts";
import { flag, readArguments, text } from "../arguments.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const VERIFY_HELP = `khien verify [--data-dir DIR] [--head SIZE:ROOT] [--quick] [--no-segments] [--json]
khien verify --proof FILE [--key-id ID] [--head SIZE:ROOT] [--json]

Checks a data directory without the server (which may be running): every entry of the audit log, its place and the
signed tree heads; then every sealed segment of events against the root the log tells, event by event. What was altered,
added, dropped or moved is named by segment, row and id.
  --head SIZE:ROOT  a head noted elsewhere (the server tells heads to its log): the log must still contain it.
                    Without one, whoever holds the data directory with its key could have rewritten everything.
  --quick           compare files with their sealed hashes; go through the events only where a file differs
  --no-segments     the audit log only
  --proof FILE      checks the proof of one event (GET /api/v1/events/ID/proof) alone, without any data directory
  --key-id ID       the key the proof must be signed with; without it, the key of the data directory if there is one
Exit code: 0 sound, 2 not sound (what is wrong is named), 1 it could not be checked.
`;

const SHOWN_PLACES = 20;

export async function verifyCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    json: { type: "boolean" },
    head: { type: "string" },
    quick: { type: "boolean" },
    "no-segments": { type: "boolean" },
    proof: { type: "string" },
    "key-id": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (flag(parsed, "help")) {
    process.stdout.write(VERIFY_HELP);
    return 0;
  }
  const outside = outsideHead(text(parsed, "head"));
  const { dataDir } = configOf(parsed);
  const proof = text(parsed, "proof");
  const isJson = flag(parsed, "json");
  if (proof !== undefined) return await verifyProof(proof, { dataDir, keyId: text(parsed, "key-id"), outside, isJson });
  const audit = await verifyOffline(dataDir, outside === undefined ? {} : { outside });
  const segments = flag(parsed, "no-segments")
    ? undefined
    : await verifySegments(
        { dataDir, segmentDir: segmentDirOf(join(dataDir, "lake")) },
        { quick: flag(parsed, "quick") },
      );
  const isSound = audit.ok && segments?.ok !== false;
  process.stdout.write(
    isJson
      ? `${JSON.stringify({ ...audit, ok: isSound, ...(segments === undefined ? {} : { segments }) })}\n`
      : `${auditLine(audit)}${segments === undefined ? "" : segmentLines(segments)}`,
  );
  return isSound ? 0 : 2;
}

function auditLine(audit: AuditVerification): string {
  if (audit.ok) return `audit log sound: ${audit.size} entries, root ${audit.rootHash}\n`;
  return `audit log NOT sound: entry ${audit.firstBad?.index ?? "?"}: ${audit.firstBad?.reason ?? "unknown"}\n`;
}

function segmentLines(checked: SegmentVerification): string {
  const { segments, events, ended, pending, findings, tookMs } = checked;
  const rate = Math.round(events / Math.max(0.001, tookMs / 1_000));
  const counts = `${events} events in ${segments} segments, ${ended} ended lawfully (${rate} events/s)`;
  const lines = [checked.ok ? `segments sound: ${counts}` : `segments NOT sound: ${counts}`];
  if (pending.length > 0) lines.push(`  not told to the log yet: ${pending.join(", ")}`);
  for (const { code, name, detail, difference } of findings) {
    lines.push(`  ${code} ${name}${detail === undefined ? "" : `: ${detail}`}`);
    if (difference === undefined) continue;
    for (const kind of ["altered", "added", "dropped", "reordered"] as const) {
      const places = difference[kind];
      for (const { row, id } of places.slice(0, SHOWN_PLACES)) lines.push(`    ${kind}: row ${row}, event ${id}`);
      if (places.length > SHOWN_PLACES) lines.push(`    ${kind}: and more (--json lists them)`);
    }
  }
  return `${lines.join("\n")}\n`;
}

async function verifyProof(
  file: string,
  asked: {
    readonly dataDir: string;
    readonly keyId: string | undefined;
    readonly outside: { size: number; rootHash: string } | undefined;
    readonly isJson: boolean;
  },
): Promise<number> {
  const proof = await readProof(file);
  const { head, keyId } = proof.log;
  const trusted = asked.keyId ?? ownKeyId(asked.dataDir);
  const { outside } = asked;
  const flaw =
    flawOfProof(proof) ??
    (trusted !== undefined && trusted !== keyId ? "key_other" : undefined) ??
    (outside?.size === head.size && outside.rootHash !== head.root ? "head_other" : undefined);
  const told = {
    ok: flaw === undefined,
    flaw: flaw ?? null,
    event: proof.event.id,
    segment: proof.segment,
    keyId,
    head,
  };
  const line =
    flaw === undefined
      ? `proof holds: event ${proof.event.id} is row ${proof.segment.row} of ${proof.segment.name}, sealed in a log of ` +
        `${head.size} entries signed ${head.at} by key ${keyId}${trusted === undefined ? " (compare this key id)" : ""}\n`
      : `proof does NOT hold: ${flaw}\n`;
  process.stdout.write(asked.isJson ? `${JSON.stringify(told)}\n` : line);
  return flaw === undefined ? 0 : 2;
}

async function readProof(file: string): Promise<EventProof> {
  try {
    return EventProof.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const detail = error instanceof SyntaxError || (error as { code?: string }).code !== undefined ? String(error) : "";
    throw new Fault("invalid", "cli.proof.unreadable", `${file} is no proof of an event ${detail}`.trim(), { file });
  }
}

function outsideHead(given: string | undefined): { size: number; rootHash: string } | undefined {
  if (given === undefined) return undefined;
  const parts = /^(\d{1,15}):([0-9a-f]{64})$/u.exec(given);
  if (parts === null)
    throw new Fault("invalid", "cli.arguments.head", "--head is SIZE:ROOT, as the server's log tells it");
  return { size: Number(parts[1]), rootHash: parts[2] ?? "" };
}
