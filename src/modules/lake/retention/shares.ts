/** Who takes how much of the segments, and how much comes to it every day. */
import { type Instant, toIso } from "../../../kernel/index.ts";
import type { StoredSeal } from "../integrity/store.ts";
import { joinedShare, type SourceShare } from "../store/inventory.ts";
import { type AppliedTerm, addDuration, fits, lapseOf, type Source } from "./core/term.ts";
import type { Storage } from "./schemas.ts";

const DAY_MS = 86_400_000;
/** Growth is what the last days brought; a shorter history is taken as it is, but never as less than a day. */
const GROWTH_DAYS = 7;
/** Days told one by one. */
export const TOLD_DAYS = 90;

interface Share {
  readonly source: SourceShare;
  readonly stored: number;
  readonly lapsesAt: Instant | undefined;
}

type Told = Storage["sources"][number];

/** By source, the largest first. `arrivals` are segments as they were first sealed. */
export function sourcesOf(kept: {
  readonly seals: readonly StoredSeal[];
  readonly arrivals: readonly StoredSeal[];
  readonly terms: readonly AppliedTerm[];
  readonly now: Instant;
}): Told[] {
  const { seals, arrivals, terms, now } = kept;
  const growth = growthOf(arrivals, now);
  return [...sharesOf(seals, terms)]
    .map(([key, { source, stored, lapsesAt }]) => ({
      sensor: source.sensor,
      product: source.product,
      category: source.category,
      service: source.service,
      events: source.events,
      rawBytes: source.rawBytes,
      storedBytes: Math.round(stored),
      compression: stored === 0 ? 1 : Math.round((source.rawBytes / stored) * 100) / 100,
      oldest: toIso(source.oldest),
      newest: toIso(source.newest),
      bytesPerDay: growth.get(key) ?? 0,
      lapsesAt: lapsesAt === undefined ? null : toIso(lapsesAt),
      ...termsOf(source, terms),
    }))
    .sort((one, other) => other.storedBytes - one.storedBytes);
}

/** What was sealed, by the day (UTC) it arrived on; days without anything are told too. */
export function daysOf(arrivals: readonly StoredSeal[], now: Instant): Storage["days"] {
  const byDay = new Map<number, { events: number; bytes: number }>();
  const today = Math.floor(now / DAY_MS);
  for (const seal of arrivals) {
    for (const { source, stored } of partsOf(seal)) {
      const day = Math.floor(source.newestIngest / DAY_MS);
      if (day > today || day <= today - TOLD_DAYS) continue;
      const known = byDay.get(day) ?? { events: 0, bytes: 0 };
      byDay.set(day, { events: known.events + source.events, bytes: known.bytes + stored });
    }
  }
  if (byDay.size === 0) return [];
  const first = Math.min(...byDay.keys());
  return Array.from({ length: today - first + 1 }, (_, offset) => {
    const { events, bytes } = byDay.get(first + offset) ?? { events: 0, bytes: 0 };
    return { day: toIso((first + offset) * DAY_MS).slice(0, 10), events, bytes: Math.round(bytes) };
  });
}

/** The segment's bytes are shared out by raw text: how well each source compresses is not known apart. */
function partsOf(seal: StoredSeal): { readonly source: SourceShare; readonly stored: number }[] {
  const raw = Math.max(
    1,
    seal.sources.reduce((sum, source) => sum + source.rawBytes, 0),
  );
  return seal.sources.map((source) => ({ source, stored: ((seal.bytes + seal.leavesBytes) * source.rawBytes) / raw }));
}

function sharesOf(seals: readonly StoredSeal[], terms: readonly AppliedTerm[]): Map<string, Share> {
  const byKey = new Map<string, Share>();
  for (const seal of seals) {
    const { at: lapsesAt } = lapseOf(seal, terms);
    for (const { source, stored } of partsOf(seal)) {
      const key = keyOf(source);
      const known = byKey.get(key);
      byKey.set(key, {
        source: known === undefined ? source : joinedShare(known.source, source),
        stored: (known?.stored ?? 0) + stored,
        lapsesAt: earlier(known?.lapsesAt, lapsesAt),
      });
    }
  }
  return byKey;
}

function growthOf(arrivals: readonly StoredSeal[], now: Instant): Map<string, number> {
  const byKey = new Map<string, { recent: number; since: Instant }>();
  for (const seal of arrivals) {
    for (const { source, stored } of partsOf(seal)) {
      const key = keyOf(source);
      const known = byKey.get(key) ?? { recent: 0, since: now };
      const isRecent = source.newestIngest > now - GROWTH_DAYS * DAY_MS;
      byKey.set(key, {
        recent: known.recent + (isRecent ? stored : 0),
        since: Math.min(known.since, source.newestIngest),
      });
    }
  }
  const days = (since: Instant) => Math.max(1, Math.min(GROWTH_DAYS, (now - since) / DAY_MS));
  return new Map([...byKey].map(([key, { recent, since }]) => [key, Math.round(recent / days(since))]));
}

function termsOf(source: SourceShare, terms: readonly AppliedTerm[]): Pick<Told, "terms" | "decidingTerm"> {
  const fitting = terms.filter((term) => fits(term.sources, source));
  const until = (term: AppliedTerm) => addDuration(source.newestIngest, term.keep);
  const longest = fitting.reduce<AppliedTerm | undefined>(
    (most, term) => (most === undefined || until(term) > until(most) ? term : most),
    undefined,
  );
  return { terms: fitting.map(({ id }) => id), decidingTerm: longest?.id ?? null };
}

function keyOf({ sensor, product, category, service }: Source): string {
  return JSON.stringify([sensor, product, category, service]);
}

function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
