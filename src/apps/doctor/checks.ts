/** The checks of `khien doctor`, in the order in which one failing explains the next. Each looks, none repairs. */
import { constants } from "node:fs";
import { access, readdir, readFile, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { loadAttackTables, loadLogSources } from "../../modules/detection/index.ts";
import { loadScenarios } from "../../modules/drills/index.ts";
import {
  checkJournalSegment,
  firstPositionOf,
  type LakeProbe,
  loadRetentionRules,
  probeLake,
  segmentDirOf,
  verifySegments,
} from "../../modules/lake/index.ts";
import { readEntriesOffline, RECORDS_FILE, recordsComplaints, verifyOffline } from "../../platform/audit/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { whoAnswers } from "../client.ts";
import { ATTACK_DIR, LOG_SOURCES_DIR, RETENTION_DIR, SCENARIOS_DIR } from "../places.ts";
import { checkConfig } from "../wire.ts";

/** `code` completes the texts doctor.<area>.<code> (what is so) and, unless fine, doctor.<area>.<code>.do. */
export interface Finding {
  readonly area: string;
  readonly state: "fine" | "note" | "warning" | "bad";
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface Patient {
  readonly config: Config;
  readonly now: number;
  /** Every event of every segment, not only the files' hashes. */
  readonly deep: boolean;
}

type Found = Omit<Finding, "area">;
const fine = (code = "fine", params: Finding["params"] = {}): Found => ({ state: "fine", code, params });
const found = (state: Finding["state"], code: string, params: Finding["params"] = {}): Found => ({
  state,
  code,
  params,
});

export async function* examine(patient: Patient): AsyncGenerator<Finding> {
  const { config } = patient;
  const lake = await probeLake(join(config.dataDir, "lake"));
  const checks: readonly (readonly [area: string, run: () => Promise<Found[]>])[] = [
    ["config", async () => configuration(config)],
    ["folder", () => folder(config.dataDir)],
    ["disk", () => disk(config.dataDir)],
    ["clock", async () => clock(patient)],
    ["server", () => server(config, lake)],
    ["journal", () => journal(join(config.dataDir, "lake", "journal"), lake)],
    ["store", () => store(config.dataDir, lake)],
    ["records", () => records(join(config.dataDir, RECORDS_FILE))],
    ["audit", () => audit(config.dataDir)],
    ["segments", () => segments(patient)],
    ["content", () => content(config)],
  ];
  for (const [area, run] of checks) {
    const results = await run().catch((error: unknown) => [
      found("bad", "failed", { detail: (error as Error).message.slice(0, 300) }),
    ]);
    for (const result of results) yield { area, ...result };
  }
}

function configuration(config: Config): Found[] {
  try {
    checkConfig(config);
    return [fine("fine", { dataDir: config.dataDir })];
  } catch (error) {
    return [found("bad", "refused", { detail: (error as Error).message })];
  }
}

/** Only the owner has business in the data folder. */
const PRIVATE = [RECORDS_FILE, "audit/head-key.pem"];

async function folder(dataDir: string): Promise<Found[]> {
  const own = await stat(dataDir).catch(() => undefined);
  if (own === undefined) return [found("note", "absent", { dataDir })];
  const results: Found[] = [];
  const writable = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) results.push(found("bad", "forbidden", { dataDir }));
  if ((own.mode & 0o077) !== 0) results.push(found("warning", "open", { path: dataDir, mode: octal(own.mode) }));
  for (const name of PRIVATE) {
    const file = await stat(join(dataDir, name)).catch(() => undefined);
    // Behind a folder nobody else may enter a readable file is no harm.
    if (file === undefined || (file.mode & 0o077) === 0 || (own.mode & 0o077) === 0) continue;
    results.push(found("warning", "open", { path: join(dataDir, name), mode: octal(file.mode) }));
  }
  return results.length > 0 ? results : [fine()];
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(3, "0");

const MB = 1024 * 1024;

async function disk(dataDir: string): Promise<Found[]> {
  const { bavail, bsize, blocks, files, ffree } = await statfs(dataDir);
  const freeMb = Math.floor((bavail * bsize) / MB);
  const percent = Math.floor((100 * bavail) / Math.max(1, blocks));
  const params = { freeMb, percent };
  if (freeMb < 256) return [found("bad", "full", params)];
  if (files > 0 && ffree / files < 0.02) return [found("warning", "inodes", params)];
  return [percent < 5 || freeMb < 2_048 ? found("warning", "low", params) : fine("fine", params)];
}

const EARLIEST_PLAUSIBLE = Date.UTC(2025, 0, 1);
const TOLERATED_MS = 300_000;

/** The program has seen later than now: its clock, or that of then, was wrong. */
function clock({ config, now }: Patient): Found[] {
  if (now < EARLIEST_PLAUSIBLE) return [found("bad", "past", { now: new Date(now).toISOString() })];
  const entries = readEntriesOffline(config.dataDir, ["lake.segment.sealed", "auth.session.opened"]) ?? [];
  const newest = entries.at(-1)?.at;
  if (newest !== undefined && Date.parse(newest) > now + TOLERATED_MS) return [found("bad", "behind", { newest })];
  return [fine("fine", { now: new Date(now).toISOString() })];
}

async function server(config: Config, lake: LakeProbe): Promise<Found[]> {
  const host = config.httpHost === "0.0.0.0" || config.httpHost === "::" ? "127.0.0.1" : config.httpHost;
  const url = new URL(`http://${host.includes(":") ? `[${host}]` : host}:${config.httpPort}`);
  if (config.httpPort === 0) return [fine(lake === "in_use" ? "runs" : "stopped", { url: "-" })];
  const answer = await whoAnswers(url);
  const params = { url: url.origin };
  if (lake === "in_use") return [answer === "khien" ? fine("runs", params) : found("bad", "silent", params)];
  if (answer === "nobody") return [fine("stopped", params)];
  return [found("warning", answer === "khien" ? "elsewhere" : "taken", params)];
}

async function journal(dir: string, lake: LakeProbe): Promise<Found[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => firstPositionOf(name) !== undefined).sort();
  const results: Found[] = [];
  for (const [at, name] of names.entries()) {
    const bytes = await readFile(join(dir, name));
    const check = checkJournalSegment(bytes, firstPositionOf(name) ?? 0);
    for (const { position, resumes } of check.gaps) {
      results.push(found("bad", "damaged", { segment: name, position, resumes }));
    }
    const isLast = at === names.length - 1;
    if (check.validBytes >= bytes.length) continue;
    // Of a running server it is a write under way; otherwise the next start cuts it.
    if (isLast && lake !== "in_use")
      results.push(found("note", "torn", { segment: name, bytes: bytes.length - check.validBytes }));
    if (!isLast) results.push(found("bad", "cut", { segment: name, position: check.end }));
  }
  return results.length > 0 ? results : [fine("fine", { segments: names.length })];
}

async function store(dataDir: string, lake: LakeProbe): Promise<Found[]> {
  const results: Found[] = [];
  if (lake === "damaged") results.push(found("warning", "damaged"));
  if (lake === "unavailable") results.push(found("bad", "unavailable"));
  const events = join(dataDir, "lake", "events");
  const aside = (await readdir(events).catch(() => [])).filter((name) => name.startsWith("damaged-"));
  const torn = (await readdir(segmentDirOf(join(dataDir, "lake"))).catch(() => [])).filter((name) =>
    name.endsWith(".damaged"),
  );
  if (aside.length > 0) results.push(found("note", "set_aside", { names: aside.join(", ") }));
  if (torn.length > 0) results.push(found("bad", "segments_aside", { names: torn.join(", ") }));
  return results.length > 0 ? results : [fine()];
}

async function records(file: string): Promise<Found[]> {
  if ((await stat(file).catch(() => undefined)) === undefined) return [found("note", "absent")];
  const complaints = recordsComplaints(file);
  return complaints.length === 0 ? [fine()] : [found("bad", "damaged", { detail: complaints.slice(0, 3).join("; ") })];
}

async function audit(dataDir: string): Promise<Found[]> {
  if ((await stat(join(dataDir, RECORDS_FILE)).catch(() => undefined)) === undefined) return [];
  const { ok, size, firstBad } = await verifyOffline(dataDir);
  if (ok) return [fine("fine", { entries: size })];
  return [found("bad", "unsound", { index: firstBad?.index ?? 0, reason: firstBad?.reason ?? "" })];
}

async function segments({ config, deep }: Patient): Promise<Found[]> {
  const { dataDir } = config;
  if ((await stat(join(dataDir, RECORDS_FILE)).catch(() => undefined)) === undefined) return [];
  const segmentDir = segmentDirOf(join(dataDir, "lake"));
  const checked = await verifySegments({ dataDir, segmentDir }, { quick: !deep });
  if (checked.ok) return [fine("fine", { segments: checked.segments, events: checked.events })];
  return checked.findings
    .slice(0, 50)
    .map(({ code, name }) => found("bad", "unsound", { segment: name, finding: code }));
}

async function content({ placeholdersFile }: Config): Promise<Found[]> {
  const loaded = await Promise.all([
    loadRetentionRules(RETENTION_DIR),
    loadLogSources(LOG_SOURCES_DIR, placeholdersFile),
    loadAttackTables(ATTACK_DIR),
    loadScenarios(SCENARIOS_DIR),
  ]);
  const problems = loaded.flatMap((one) => [...one.problems]);
  if (problems.length === 0) return [fine()];
  return problems.slice(0, 50).map(({ file, line, message }) => found("warning", "wrong", { file, line, message }));
}
