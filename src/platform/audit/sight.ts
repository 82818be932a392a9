/**
 * What a reader of the log may see of it. The log is one for everybody: indexes, times and hashes are shown whole, so
 * that it can be counted and verified by whoever reads it. An entry about something the reader may not know of shows
 * nothing else. It fits no question about who, what or with what outcome, or the answer would tell what it hides.
 */
import type { Principal } from "../http/index.ts";
import type { Audit, AuditEntry } from "./audit.ts";
import type { EntryFilter } from "./store.ts";

/** For one reader, which entries are concealed. */
export type Conceals = (who: Principal) => Promise<(entry: AuditEntry) => boolean>;

export const CONCEALED_VERB = "audit.entry.concealed";

export async function readPage(
  audit: Pick<Audit, "list">,
  filter: EntryFilter,
  isConcealed: (entry: AuditEntry) => boolean,
): Promise<AuditEntry[]> {
  const { actor, verb, outcome } = filter;
  const asksAbout = actor !== undefined || verb !== undefined || (outcome !== undefined && outcome.length > 0);
  if (!asksAbout) return (await audit.list(filter)).map((entry) => (isConcealed(entry) ? concealed(entry) : entry));
  const found: AuditEntry[] = [];
  for (let before = filter.before; found.length < filter.limit; ) {
    const rows = await audit.list({ ...filter, before });
    found.push(...rows.filter((entry) => !isConcealed(entry)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < filter.limit) break;
    before = last.index;
  }
  return found.slice(0, filter.limit);
}

function concealed({ index, at, leafHash }: AuditEntry): AuditEntry {
  const actor = { kind: "system", id: "audit", name: "audit" } as const;
  return { index, at, leafHash, actor, verb: CONCEALED_VERB, object: null, outcome: "ok", details: {}, peer: null };
}
