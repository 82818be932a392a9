import { toIso } from "../../kernel/index.ts";
import type { WholeCase } from "./case-views.ts";
import { strictestTlp } from "./core/tlp.ts";
import { readCustody } from "./evidence/custody.ts";
import type { CaseEvidence } from "./evidence/evidence.ts";
import type { EvidenceRecord } from "./evidence/records.ts";
import type { PartContent, PartKind } from "./parts/schemas.ts";
import type { HistoryRecord, PartRecord } from "./records.ts";

export const REPORT_FORMAT = "khien-case-report-1";

/** Everything a case says, as one document that a reader or another program can take. Hidden parts are not in it. */
export type CaseReport = ReturnType<typeof caseReport>;

export function caseReport(ask: {
  readonly whole: WholeCase;
  readonly history: readonly HistoryRecord[];
  /** Of the case first, then of those merged into it. */
  readonly evidence: readonly CaseEvidence[];
  readonly madeAt: number;
  readonly madeBy: string;
}) {
  const { record, alerts, parts } = ask.whole;
  const shown = parts.filter(({ hidden }) => !hidden);
  return {
    format: REPORT_FORMAT,
    tlp: strictestTlp(
      record.tlp,
      ask.evidence.filter(({ items }) => items.length > 0).map((one) => one.record.tlp),
    ),
    exercise: record.exerciseId !== null,
    restricted: record.restricted,
    madeAt: toIso(ask.madeAt),
    madeBy: ask.madeBy,
    case: aboutCase(ask.whole),
    stages: ask.whole.stages.map(({ at, by, after, reason }) => ({
      stage: String(after?.["stage"] ?? ""),
      at: toIso(at),
      by: by.name,
      reason,
    })),
    timeline: contents(shown, "fact").map(({ content }) => content),
    tasks: contents(shown, "task").map(({ content }) => content),
    assets: contents(shown, "asset").map(({ content }) => content),
    indicators: contents(shown, "indicator").map(({ content }) => content),
    decisions: contents(shown, "decision").map(({ content }) => ({
      ...content,
      facts: content.facts.flatMap((id) => factText(shown, id)),
    })),
    messages: contents(shown, "message").map(({ content }) => content),
    notes: contents(shown, "note").map(({ content }) => content),
    alerts: alerts.map(({ alertId, rule, level, entity, addedAt }) => ({
      id: alertId,
      rule,
      level,
      entity,
      addedAt: toIso(addedAt),
    })),
    evidence: ask.evidence.flatMap((one) =>
      one.items.map((item) => ({ ...aboutEvidence(item), case: one.record.number })),
    ),
    custody: ask.evidence
      .flatMap((one) =>
        one.custody.map((entry) => {
          const { at, by, act, evidenceId, sha256 } = readCustody(entry);
          return { at, by: by.name, act, evidenceId, sha256, case: one.record.number };
        }),
      )
      .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
    history: ask.history.toReversed().map(({ at, by, action, subject, before, after, reason }) => ({
      at: toIso(at),
      by: by.name,
      action,
      subject,
      before,
      after,
      reason,
    })),
  };
}

function aboutCase({ record, members }: WholeCase) {
  return {
    number: record.number,
    title: record.title,
    kind: record.kind,
    summary: record.summary,
    severity: record.severity,
    stage: record.stage,
    resolution: record.resolution,
    closingSummary: record.closingSummary,
    tags: [...record.tags],
    lead: record.lead?.name ?? null,
    deputies: record.deputies.map(({ name }) => name),
    namedPeople: members.map(({ name }) => name),
    origin: record.origin,
    createdAt: toIso(record.createdAt),
    createdBy: record.createdBy.name,
    updatedAt: toIso(record.updatedAt),
    legalHold: record.holdId !== null,
  };
}

function aboutEvidence({
  name,
  kind,
  description,
  bytes,
  sha256,
  media,
  mismatch,
  proof,
  addedAt,
  addedBy,
}: EvidenceRecord) {
  return {
    name,
    kind,
    description,
    bytes,
    sha256,
    media,
    nameClaimsOtherwise: mismatch,
    proved: proof !== null,
    addedAt: toIso(addedAt),
    addedBy: addedBy.name,
  };
}

function contents<Kind extends PartKind>(
  parts: readonly PartRecord[],
  kind: Kind,
): { readonly part: PartRecord; readonly content: Extract<PartContent, { kind: Kind }> }[] {
  return parts.flatMap((part) =>
    part.content.kind === kind ? [{ part, content: part.content as Extract<PartContent, { kind: Kind }> }] : [],
  );
}

/** A fact a decision rests on, in words; one that is hidden by now is left out. */
function factText(parts: readonly PartRecord[], id: string): string[] {
  const content = parts.find((part) => part.id === id)?.content;
  if (content?.kind !== "fact") return [];
  return [content.text === "" ? (content.source.rule?.title ?? "") : content.text];
}
