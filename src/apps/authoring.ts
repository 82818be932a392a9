import { EARLIEST, Fault, type JournalRecord, type KhienEvent } from "../kernel/index.ts";
import { type Alerts, alertKeyOf, type RuleTrackRecord } from "../modules/alerts/index.ts";
import {
  type AttackTables,
  type CoveredRule,
  type DetectionProgress,
  Drafts,
  type HuntLibrary,
  RetroHunts,
  type RuleLibrary,
} from "../modules/detection/index.ts";
import { parseRecord, receiveBatch } from "../modules/ingest/index.ts";
import type { Lake } from "../modules/lake/index.ts";
import type { Audit } from "../platform/audit/index.ts";
import type { Clock } from "../platform/clock/index.ts";
import type { Records } from "../platform/db/index.ts";
import type { LiveChannel } from "../platform/live/index.ts";
import type { Log } from "../platform/log/index.ts";
import type { Outbox } from "../platform/outbox/index.ts";

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly lake: Lake;
  readonly rules: RuleLibrary;
  readonly detection: DetectionProgress;
  readonly attack: AttackTables;
}

/** Writing rules: drafts, retro-hunts and back-tests. They need rules, events, parsers and alerts, so they meet here. */
export function wireAuthoring(deps: Deps): { readonly drafts: Drafts; readonly hunts: RetroHunts } {
  const { rules, clock, lake, attack, detection } = deps;
  const library: HuntLibrary = {
    documents: () => rules.all().map(({ rule }) => rule),
    filters: () => rules.active().filters,
    standingOf: (id) => rules.standingOf(id),
    levels: () => rules.active().levels,
    logSources: rules.logSources,
  };
  const today = (): string => new Date(clock.now()).toISOString().slice(0, 10);
  const parseLines = (text: string, most: number) => eventsOfText(text, { most, now: clock.now() });
  const drafts = new Drafts({ library, attack, store: lake.store, parseLines, today });
  const readDraft = (text: string) => drafts.read(text);
  const hunts = new RetroHunts({
    ...deps,
    store: lake.store,
    library,
    progress: detection,
    alertKey: alertKeyOf,
    readDraft,
  });
  return { drafts, hunts };
}

/** Pasted text as events: lines of any format, JSON lines, or one JSON document. */
export async function eventsOfText(
  text: string,
  { most, now }: { readonly most: number; readonly now: number },
): Promise<KhienEvent[]> {
  const records: JournalRecord[] = [];
  const { contentType, body } = asBody(text);
  const receipt = await receiveBatch({
    body: chunkOf(body),
    contentType,
    contentEncoding: undefined,
    sensor: "draft",
    receivedAt: now,
    sink: async (batch) => {
      records.push(...batch.slice(0, most + 1 - records.length));
    },
  });
  if (records.length > most || receipt.stopped !== undefined) {
    const detail = "more records than one test takes";
    throw receipt.stopped ?? new Fault("too_large", "detection.draft.too_many_records", detail, { limit: most });
  }
  return records.map((record) => parseRecord(record));
}

/** A pasted JSON document may go over several lines; everything else is read line by line. */
function asBody(text: string): { contentType: string; body: string } {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return { contentType: "text/plain", body: text };
  try {
    const value: unknown = JSON.parse(trimmed);
    return { contentType: "application/json", body: Array.isArray(value) ? trimmed : `[${trimmed}]` };
  } catch {
    return { contentType: "application/x-ndjson", body: text };
  }
}

async function* chunkOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, "utf8");
}

const MONTH_MS = 30 * 86_400_000;

/** Every rule with what it is worth now, for the ATT&CK matrix. */
export async function coveredRules({
  rules,
  alerts,
  trackRecord,
  clock,
}: {
  readonly rules: RuleLibrary;
  readonly alerts: Alerts;
  readonly trackRecord: RuleTrackRecord;
  readonly clock: Clock;
}): Promise<readonly CoveredRule[]> {
  const since = Math.max(EARLIEST, clock.now() - MONTH_MS);
  const fired = await alerts.firedByRule();
  const seen = await rules.seenSources();
  const recently = new Map<string, number>();
  for (const [ruleId, { lastAt }] of fired) {
    if (lastAt < since) continue;
    const days = await trackRecord.perDay(ruleId, since);
    recently.set(
      ruleId,
      [...days.values()].reduce((sum, findings) => sum + findings, 0),
    );
  }
  return rules
    .all()
    .flatMap(({ rule, enabled }) =>
      rule.kind === "filter"
        ? []
        : [{ rule, enabled, dataSource: rules.dataSource(rule, seen).state, fired30d: recently.get(rule.id) ?? 0 }],
    );
}
