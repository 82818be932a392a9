/** The data folder that is killed on: a rule, a scheduled hunt, people and tokens; on a disk that can be filled, if there may be. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient } from "../flows/api-client.ts";
import { fillUp } from "./server-disk-full.ts";
import { freePort, khien, ServerChild } from "./server-child.ts";
import { ALARM, HUNTED, SENSOR } from "./three-doors.ts";

export const PASSWORD = "con mèo ngủ trên mái";
const RULE_ID = "5f0ad1c8-6a0e-4bb1-9d2e-0d6c3a5a7f10";
const RULE = `title: Some Lines Of The Load
id: ${RULE_ID}
status: test
author: Khiên
license: Apache-2.0
logsource:
  product: linux
  service: sshd
detection:
  keywords:
    - ${ALARM}
  condition: keywords
level: low
`;
/** Room for what a hundred rounds leave. */
const DISK_MB = 6_144;

export interface KillPlace {
  readonly dataDir: string;
  /** Beside the data, not on its disk. */
  readonly outside: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly tcpPort: number;
  readonly token: string;
  readonly decoyToken: string;
  readonly readToken: string;
  readonly backupToken: string;
  readonly ruleId: string;
  readonly huntId: string;
  /** Takes what room there is, and gives it back. */
  readonly ballast: { fill(): void; free(): void } | undefined;
  remove(): void;
}

export async function prepareKillPlace(withDisk: boolean): Promise<KillPlace> {
  const outside = mkdtempSync(join(tmpdir(), "khien-kill-"));
  const disk = join(outside, "disk");
  mkdirSync(disk);
  if (withDisk) execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", disk]);
  const dataDir = join(disk, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  const rule = join(outside, "rule.yml");
  writeFileSync(rule, RULE);
  const at = ["--data-dir", dataDir];
  await khien(["rules", "import", rule, ...at]);
  await khien(["user", "add", "--username", "admin", "--role", "admin", "--password-stdin", ...at], `${PASSWORD}\n`);
  const tokenOf = async (...args: string[]) => (await khien(["token", "create", ...args, ...at])).trim();
  await khien(["backup", "--new-key", join(outside, "key")]);
  const tcpPort = await freePort();
  const ballast = join(disk, "ballast");
  const place = {
    dataDir,
    outside,
    script: fileURLToPath(new URL("./restless-server.ts", import.meta.url)),
    env: { KHIEN_SYSLOG_TCP_PORT: String(tcpPort), KHIEN_JOURNAL_SEGMENT_MB: "1" },
    tcpPort,
    token: await tokenOf("--scope", "ingest", "--sensor", SENSOR),
    decoyToken: await tokenOf("--scope", "ingest", "--sensor", "decoy"),
    readToken: await tokenOf("--scope", "read"),
    backupToken: await tokenOf("--scope", "backup"),
    ruleId: RULE_ID,
    ballast: withDisk ? { fill: () => fillUp(ballast), free: () => rmSync(ballast, { force: true }) } : undefined,
    remove: () => {
      if (withDisk) execFileSync("umount", ["-l", disk]);
      rmSync(outside, { recursive: true, force: true });
    },
  };
  return { ...place, huntId: await scheduleHunt(place) };
}

async function scheduleHunt(place: Pick<KillPlace, "dataDir" | "script" | "env">): Promise<string> {
  const server = await ServerChild.start(place);
  await server.caughtUp();
  const admin = await ApiClient.signIn(server.url, { username: "admin", password: PASSWORD });
  const hunt = await admin.post<{ id: string }>("/api/v1/saved-hunts", { name: "load", query: HUNTED, shared: true });
  const { id } = hunt.body;
  const plan = { timing: { kind: "every", minutes: 1 }, level: "medium", lookbackMs: 30 * 86_400_000 };
  const planned = await admin.ask("PUT", `/api/v1/saved-hunts/${id}/schedule`, {
    body: JSON.stringify(plan),
    headers: { "content-type": "application/json" },
  });
  if (planned.status !== 200) throw new Error(`schedule: ${planned.status} ${planned.text}`);
  await server.end("SIGTERM");
  return id;
}

interface Verified {
  readonly firstBad: unknown;
  readonly segments: { readonly segments: number; readonly findings: readonly { readonly code: string }[] };
}

/** What a journal that lost records it had promised looks like until its segments are trimmed. */
const OF_A_CUT_JOURNAL = ["journal_damaged", "unsealed_differs"];

/**
 * Audit log, segments and what is not sealed yet, as the kill left them; answers how many segments the log knows.
 * Nothing may be wrong but what was injected.
 */
export async function verifyOffline(dataDir: string, how: { whole: boolean; wasCut: boolean }): Promise<number> {
  const args = ["verify", "--json", "--data-dir", dataDir, ...(how.whole ? [] : ["--quick"])];
  const text = await khien(args).catch((error: { stdout?: string }) => error.stdout ?? "");
  const { firstBad, segments } = JSON.parse(text) as Verified;
  const isInjected = ({ code }: { code: string }) => how.wasCut && OF_A_CUT_JOURNAL.includes(code);
  if (firstBad !== null || !segments.findings.every(isInjected)) throw new Error(`not sound: ${text.slice(0, 2_000)}`);
  return segments.segments;
}
