import { join } from "node:path";
import { Fault, toIso } from "../../kernel/index.ts";
import { probeLake } from "../../modules/lake/index.ts";
import {
  check,
  createKeyFile,
  FILE_SUFFIX,
  type KeepPolicy,
  type OwnerSecret,
  parseKeep,
  prune,
  readKeyFile,
  Repository,
  secretOfPassphrase,
} from "../../platform/backup/index.ts";
import { systemClock } from "../../platform/clock/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { flag, type Parsed, readArguments, text } from "../arguments.ts";
import { backUpFolder } from "../backup/contents.ts";
import { ask, type ServerAddress } from "../client.ts";
import { SERVER_OPTIONS, serverOf } from "../server-address.ts";
import { version } from "../version.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const BACKUP_HELP = `khien backup DIR|FILE.khienbackup --key-file FILE | --passphrase-stdin
             [--data-dir DIR] [--url URL] [--token-file FILE] [--keep 7d,4w,12m] [--json]
khien backup DIR --list | --check | --prune --keep 7d,4w,12m   --key-file FILE | --passphrase-stdin [--json]
khien backup --new-key FILE

Copies the data directory, encrypted with a key only you hold. Into a folder: every further backup adds what is new. Into
a file: one whole backup. A server may be running; then a token of scope backup is needed (khien token create --scope
backup), from --token-file or KHIEN_TOKEN.
  --new-key FILE      makes a key file. Keep copies of it elsewhere: without it nothing can be restored.
  --key-file FILE     the key file          --passphrase-stdin   or a passphrase, first line of standard input
  --list              names the snapshots in DIR
  --check             opens every snapshot and every block without restoring; names what is damaged
  --keep 7d,4w,12m    afterwards removes snapshots but the newest of each of the last 7 days, 4 weeks and 12 months that
                      have any, and the blocks nobody needs any more. The newest complete one always stays.
  --prune             only that
Exit code: 0 done, 1 failed, 2 checked and damaged; what a failed backup wrote does no harm to the snapshots before it.
`;

/** Well within the server's patience. */
const RENEW_EVERY_MS = 30_000;
const SHOWN_DAMAGED = 20;

export const SECRET_OPTIONS = {
  "key-file": { type: "string" },
  "passphrase-stdin": { type: "boolean" },
} as const;

export async function backupCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    ...SECRET_OPTIONS,
    ...SERVER_OPTIONS,
    "new-key": { type: "string" },
    list: { type: "boolean" },
    check: { type: "boolean" },
    prune: { type: "boolean" },
    keep: { type: "string" },
    json: { type: "boolean" },
  });
  const newKey = text(parsed, "new-key");
  if (newKey !== undefined) {
    createKeyFile(newKey);
    process.stdout.write(`${newKey} made. Keep a copy of it elsewhere: without it nothing can be restored.\n`);
    return 0;
  }
  const [place] = parsed.positionals;
  if (place === undefined) throw new Fault("invalid", "cli.arguments.missing", `where to?\n${BACKUP_HELP}`);
  const secret = await secretOf(parsed);
  const isJson = flag(parsed, "json");
  if (flag(parsed, "list")) return await listSnapshots(place, secret);
  if (flag(parsed, "check")) return await checkRepository(place, secret, isJson);
  const keep = text(parsed, "keep");
  const policy = keep === undefined ? undefined : parseKeep(keep);
  if (flag(parsed, "prune")) {
    if (policy === undefined) throw new Fault("invalid", "cli.arguments.missing", "--prune needs --keep");
    return await pruneRepository(place, secret, { policy, isJson });
  }
  const config = configOf(parsed);
  const isServed = (await probeLake(join(config.dataDir, "lake"))) === "in_use";
  const wanted = "a server is running on this data: give a token of scope backup";
  const server = isServed ? await serverOf(parsed, config, wanted) : undefined;
  const started = performance.now();
  const run = await takeBackup({ place, secret, config, server });
  const seconds = (performance.now() - started) / 1_000;
  const { name, bytes, newBytes, files } = run;
  const rate = Math.round(bytes / 1e6 / Math.max(0.001, seconds));
  process.stdout.write(
    isJson
      ? `${JSON.stringify({ snapshot: name, files, bytes, newBytes, tookMs: Math.round(seconds * 1_000) })}\n`
      : `snapshot ${name}: ${files} files, ${mb(bytes)} MB, ${mb(newBytes)} MB new, ${seconds.toFixed(1)} s (${rate} MB/s)\n`,
  );
  return policy === undefined ? 0 : await pruneRepository(place, secret, { policy, isJson });
}

interface Run {
  readonly place: string;
  readonly secret: OwnerSecret;
  readonly config: Config;
  readonly server: ServerAddress | undefined;
}

async function takeBackup({ place, secret, config, server }: Run) {
  const repository = await Repository.forWriting(place, secret);
  try {
    const lease = server === undefined ? undefined : await takeLease(server);
    try {
      const { files, notes } = await backUpFolder(config.dataDir, repository);
      const at = toIso(systemClock.now());
      const name = await repository.finish({ format: "khien-snapshot-1", at, version, files: [...files], notes });
      const { bytes, newBytes } = repository.progress;
      const told = { snapshot: name, files: files.length, bytes, newBytes };
      await lease?.finish({ ok: true, ...told });
      return { name, files: files.length, bytes, newBytes };
    } catch (error) {
      await lease?.finish({ ok: false }).catch(() => {});
      throw error;
    }
  } finally {
    await repository.close();
  }
}

async function takeLease(server: ServerAddress) {
  const { id } = await ask(server, "POST", "/api/v1/backups", {});
  const path = `/api/v1/backups/${String(id)}`;
  const timer = setInterval(() => {
    // A server that went away has nothing to hold back any more.
    ask(server, "POST", `${path}/renew`).catch(() => {});
  }, RENEW_EVERY_MS);
  return {
    finish: async (outcome: Readonly<Record<string, unknown>>) => {
      clearInterval(timer);
      await ask(server, "POST", `${path}/finish`, outcome);
    },
  };
}

export async function secretOf(parsed: Parsed): Promise<OwnerSecret> {
  const file = text(parsed, "key-file");
  if (file !== undefined) return readKeyFile(file);
  if (!flag(parsed, "passphrase-stdin")) {
    throw new Fault("invalid", "cli.arguments.missing", "--key-file or --passphrase-stdin is needed");
  }
  let received = "";
  for await (const chunk of process.stdin) {
    received += String(chunk);
    if (received.includes("\n") || received.length > 4_096) break;
  }
  return secretOfPassphrase(received.split(/\r?\n/u, 1)[0] ?? "");
}

async function listSnapshots(place: string, secret: OwnerSecret): Promise<number> {
  const repository = await Repository.forReading(place, secret);
  try {
    for (const name of await repository.snapshots()) {
      const { at, version: by, files } = await repository.snapshot(name);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      process.stdout.write(`${name}  ${at}  ${files.length} files  ${mb(bytes)} MB  khien ${by}\n`);
    }
    return 0;
  } finally {
    await repository.close();
  }
}

async function checkRepository(place: string, secret: OwnerSecret, isJson: boolean): Promise<number> {
  const repository = await Repository.forReading(place, secret);
  try {
    const checked = await check(repository);
    const { ok, snapshots, objects, unreferenced, damagedObjects } = checked;
    const lines = snapshots.map(({ name, ok: isWhole, files, bytes, damaged }) =>
      [
        `${isWhole ? "sound  " : "DAMAGED"} ${name}  ${files} files  ${mb(bytes)} MB`,
        ...damaged.slice(0, SHOWN_DAMAGED).map((path) => `  ${path}`),
        ...(damaged.length > SHOWN_DAMAGED ? ["  and more (--json lists them)"] : []),
      ].join("\n"),
    );
    lines.push(`${objects} blocks, ${damagedObjects.length} damaged or missing, ${unreferenced} not needed`);
    process.stdout.write(isJson ? `${JSON.stringify(checked)}\n` : `${lines.join("\n")}\n`);
    return ok ? 0 : 2;
  } finally {
    await repository.close();
  }
}

async function pruneRepository(
  place: string,
  secret: OwnerSecret,
  { policy, isJson }: { readonly policy: KeepPolicy; readonly isJson: boolean },
): Promise<number> {
  if (place.endsWith(FILE_SUFFIX)) {
    throw new Fault("conflict", "backup.place.single", "a file holds one backup: there is nothing older to remove");
  }
  const repository = await Repository.forWriting(place, secret);
  try {
    const pruned = await prune(repository, policy);
    const { kept, removed, objectsRemoved, bytesFreed } = pruned;
    process.stdout.write(
      isJson
        ? `${JSON.stringify(pruned)}\n`
        : `${kept.length} snapshots kept, ${removed.length} removed, ${objectsRemoved} blocks gone (${mb(bytesFreed)} MB)\n`,
    );
    return 0;
  } finally {
    await repository.close();
  }
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
