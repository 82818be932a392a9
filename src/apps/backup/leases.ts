/**
 * While a backup reads the data folder, nothing in it may go: a lease stops dropping, merging and the trimming of the
 * journal. It ends by itself when its taker is heard of no more. Reading and encrypting is done by the taker
 * (`khien backup`): the owner's key never comes here.
 */
import { randomUUID } from "node:crypto";
import { Fault, type Instant, toIso } from "../../kernel/index.ts";
import type { Integrity } from "../../modules/lake/index.ts";
import type { Audit, AuditRecord } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";

/** Taker and server must meet at least this often. */
export const LEASE_MS = 120_000;

interface Asker {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
}

interface Lease {
  readonly id: string;
  readonly takenAt: Instant;
  readonly asker: Asker;
  readonly release: () => void;
  expiresAt: Instant;
}

export interface BackupOutcome {
  readonly ok: boolean;
  readonly snapshot?: string | undefined;
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
  readonly newBytes?: number | undefined;
}

export class BackupLeases {
  readonly #deps: { readonly integrity: Integrity; readonly audit: Audit; readonly clock: Clock };
  #lease: Lease | undefined;

  constructor(deps: { readonly integrity: Integrity; readonly audit: Audit; readonly clock: Clock }) {
    this.#deps = deps;
  }

  /** The journal must not be trimmed now. */
  get isTaken(): boolean {
    return this.#lease !== undefined;
  }

  /** Everything sealed is in the log when it resolves. Fault backup.lease.taken. */
  async take(asker: Asker): Promise<{ id: string; expiresAt: string }> {
    const { integrity, audit, clock } = this.#deps;
    await this.expire();
    if (this.#lease !== undefined) {
      throw new Fault("conflict", "backup.lease.taken", "another backup is running", {
        since: toIso(this.#lease.takenAt),
      });
    }
    const now = clock.now();
    const id = randomUUID();
    const release = await integrity.pause();
    this.#lease = { id, takenAt: now, asker, release, expiresAt: now + LEASE_MS };
    await integrity.reconcile();
    await audit.record({ ...asker, verb: "backup.run.started", object: { kind: "backup", id } });
    return { id, expiresAt: toIso(now + LEASE_MS) };
  }

  renew(id: string): { expiresAt: string } {
    const lease = this.#find(id);
    lease.expiresAt = this.#deps.clock.now() + LEASE_MS;
    return { expiresAt: toIso(lease.expiresAt) };
  }

  async finish(id: string, { ok, ...details }: BackupOutcome, asker: Asker): Promise<void> {
    this.#end(this.#find(id));
    const outcome = ok ? "ok" : "failed";
    await this.#deps.audit.record({
      ...asker,
      verb: "backup.run.finished",
      object: { kind: "backup", id },
      outcome,
      details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
    });
  }

  /** For the timer. */
  async expire(): Promise<void> {
    const lease = this.#lease;
    if (lease === undefined || this.#deps.clock.now() <= lease.expiresAt) return;
    this.#end(lease);
    await this.#deps.audit.record({
      ...lease.asker,
      verb: "backup.run.abandoned",
      object: { kind: "backup", id: lease.id },
      outcome: "failed",
    });
  }

  #find(id: string): Lease {
    if (this.#lease?.id !== id) throw new Fault("missing", "backup.lease.missing", "no such backup is running", { id });
    return this.#lease;
  }

  #end(lease: Lease): void {
    this.#lease = undefined;
    lease.release();
  }
}
