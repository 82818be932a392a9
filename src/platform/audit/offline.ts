import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPublicKey } from "./head.ts";
import { readHeadLines } from "./heads-file.ts";
import { type OfflineLog, openOffline } from "./store.ts";
import { type AuditVerification, type OutsideHead, Verifier } from "./verify.ts";

/** Name of the records' file inside a data directory. */
export const RECORDS_FILE = "records.sqlite";

/**
 * Checks the log of a data directory alone, without the server (which may be running, or not). Reads only.
 * `outside` is a head kept elsewhere; without one, whoever held the signing key could have rewritten everything.
 */
export async function verifyOffline(
  dataDir: string,
  options: { recordsFile?: string; outside?: OutsideHead } = {},
): Promise<AuditVerification> {
  const started = performance.now();
  // Before the records: an entry written meanwhile must not make the heads look ahead of the log.
  const lines = readHeadLines(dataDir);
  const publicKey = readPublicKey(dataDir);
  const file = options.recordsFile ?? join(dataDir, RECORDS_FILE);
  const log = openIfReadable(file);
  const stored = attempt(() => log?.head());
  const verifier = new Verifier({ publicKey, lines, stored, outside: options.outside });
  if (log === undefined) verifier.breakOff();
  else {
    try {
      for (const row of log.entries()) {
        verifier.feed(row);
        if (verifier.failed) break;
      }
      if (!verifier.failed && !log.isSound()) verifier.breakOff("store_damaged");
    } catch {
      verifier.breakOff();
    } finally {
      log.close();
    }
  }
  return verifier.finish(performance.now() - started);
}

export interface LoggedEntry {
  readonly index: number;
  readonly verb: string;
  readonly object: { readonly kind: string; readonly id: string } | null;
  readonly at: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Entries with these verbs, in order, of a data directory nobody has to be running on. Says nothing about whether they
 * are sound: `verifyOffline` does. Undefined when the records cannot be read.
 */
export function readEntriesOffline(dataDir: string, verbs: readonly string[]): LoggedEntry[] | undefined {
  const log = openIfReadable(join(dataDir, RECORDS_FILE));
  if (log === undefined) return undefined;
  try {
    return Array.from(log.entriesOf(verbs), ({ entry }) => JSON.parse(entry) as LoggedEntry);
  } catch {
    return undefined;
  } finally {
    log.close();
  }
}

function openIfReadable(file: string): OfflineLog | undefined {
  return existsSync(file) ? attempt(() => openOffline(file)) : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
