import type { Instant } from "../../../kernel/index.ts";
import { LATEST } from "../../../kernel/index.ts";
import type { LakeStore, Query, StoredEvent } from "../../lake/index.ts";
import { dayOf, lastDays, startOfDay } from "../core/days.ts";
import type { LogSourceMap, Rule, SigmaFilter } from "../core/sigma/index.ts";
import { compileDetector } from "../engine.ts";
import {
  PREVIEW_DAYS,
  PREVIEW_EVENTS_AT_ONCE,
  PREVIEW_FINDINGS,
  PREVIEW_PARTS,
  PREVIEW_SAMPLE,
  PREVIEW_TRUE_POSITIVES,
} from "../limits.ts";
import type { JudgedFinding, TrackRecord } from "../track-record.ts";

/** What an exception would have done to the findings of its rule. */
export interface Preview {
  readonly days: number;
  readonly findings: { readonly total: number; readonly looked: number; readonly hidden: number };
  readonly alerts: { readonly total: number; readonly hidden: number };
  readonly perDay: readonly { readonly day: number; readonly findings: number; readonly hidden: number }[];
  /** Confirmed ones it would hide or take events from, those of the rule first, newest first. */
  readonly truePositives: readonly JudgedFinding[];
  readonly sample: readonly JudgedFinding[];
  /** Findings whose events are no longer stored. */
  readonly unreadable: number;
}

interface Deps {
  readonly events: Pick<LakeStore, "search">;
  readonly trackRecord: TrackRecord;
  readonly logSources: LogSourceMap;
}

interface Asked {
  readonly rule: Rule;
  readonly filter: SigmaFilter;
  /** Correlations that look at the rule, directly or through others. */
  readonly above: readonly string[];
  readonly now: Instant;
  readonly signal?: AbortSignal;
}

/** Judges the rule's findings of the last days, newest first up to a bound, and confirmed ones however old. */
export async function previewException(deps: Deps, asked: Asked): Promise<Preview> {
  const { trackRecord } = deps;
  const { id } = asked.rule;
  const days = lastDays(PREVIEW_DAYS, asked.now);
  const since = startOfDay(days[0] ?? 0);
  const recent = await trackRecord.findings(id, { since, limit: PREVIEW_FINDINGS });
  const perDay = await trackRecord.perDay(id, since);
  const confirmed = await confirmedOf(trackRecord, [id, ...asked.above]);
  const { hidden, unread } = await judge(deps, asked, [...recent, ...confirmed].flatMap(sightingsOf));
  const gone = recent.filter(({ findingId }) => hidden.has(findingId));
  const goneByDay = Map.groupBy(gone, ({ time }) => dayOf(time));
  const alerts = [...Map.groupBy(recent, ({ alertId }) => alertId).values()];
  return {
    days: PREVIEW_DAYS,
    findings: {
      total: [...perDay.values()].reduce((sum, count) => sum + count, 0),
      looked: recent.length,
      hidden: gone.length,
    },
    alerts: {
      total: alerts.length,
      hidden: alerts.filter((findings) => findings.every(({ findingId }) => hidden.has(findingId))).length,
    },
    perDay: days.map((day) => ({
      day,
      findings: perDay.get(day) ?? 0,
      hidden: goneByDay.get(day)?.length ?? 0,
    })),
    truePositives: confirmed.filter(({ findingId }) => hidden.has(findingId)),
    sample: gone.slice(0, PREVIEW_SAMPLE),
    unreadable: unread.size,
  };
}

/** Of the rule and of the correlations above it: an event hidden from the rule is hidden from them too. */
async function confirmedOf(trackRecord: TrackRecord, ruleIds: readonly string[]): Promise<JudgedFinding[]> {
  const found: JudgedFinding[] = [];
  for (const id of ruleIds) {
    const limit = PREVIEW_TRUE_POSITIVES - found.length;
    if (limit > 0) found.push(...(await trackRecord.findings(id, { verdict: "true_positive", limit })));
  }
  return found;
}

/** One event of a finding. */
interface Sighting {
  readonly findingId: string;
  readonly eventId: string;
  readonly time: Instant;
}

function sightingsOf({ findingId, eventId, time, parts }: JudgedFinding): Sighting[] {
  if (parts === null) return [{ findingId, eventId, time }];
  return parts.slice(0, PREVIEW_PARTS).map((part) => ({ findingId, eventId: part.id, time: part.time }));
}

/** A finding of an earlier version that today's rule would not make is not hidden by the exception. */
async function judge(
  deps: Deps,
  { rule, filter, signal }: Asked,
  sightings: readonly Sighting[],
): Promise<{ hidden: ReadonlySet<string>; unread: ReadonlySet<string> }> {
  // Its period is left out: asked is what it hides, not when.
  const filters = [{ ...filter, extras: {} }];
  const detector = compileDetector({ rules: [rule], filters }, deps.logSources);
  const hidden = new Set<string>();
  const unread = new Set<string>();
  const unique = new Map(sightings.map((sighting) => [`${sighting.findingId} ${sighting.eventId}`, sighting]));
  // Neighbours in time lie in the same parts of the lake.
  const inOrder = [...unique.values()].sort((a, b) => b.time - a.time);
  for (let start = 0; start < inOrder.length; start += PREVIEW_EVENTS_AT_ONCE) {
    const batch = inOrder.slice(start, start + PREVIEW_EVENTS_AT_ONCE);
    const events = await eventsOf(deps.events, batch, signal);
    for (const { findingId, eventId } of batch) {
      const event = events.get(eventId);
      if (event === undefined) unread.add(findingId);
      else if (detector.match(event).hidden.length > 0) hidden.add(findingId);
    }
  }
  return { hidden, unread };
}

async function eventsOf(
  store: Pick<LakeStore, "search">,
  sightings: readonly Sighting[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, StoredEvent>> {
  const ids = [...new Set(sightings.map(({ eventId }) => eventId))];
  const times = sightings.map(({ time }) => time);
  const items = ids.map(
    (id): Query => ({
      kind: "field",
      field: "id",
      test: { kind: "match", pattern: [{ literal: id }] },
    }),
  );
  const { events } = await store.search({
    query: { kind: "or", items },
    from: Math.min(...times),
    to: Math.min(LATEST, Math.max(...times) + 1),
    limit: ids.length,
    ...(signal === undefined ? {} : { signal }),
  });
  return new Map(events.map((event) => [event.id, event]));
}
