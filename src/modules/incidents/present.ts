import { toIso } from "../../kernel/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { SimilarCase, WholeCase } from "./case-views.ts";
import type { HistoryRecord, ListedCase, PartRecord } from "./records.ts";
import type { CasePage, CaseSummary, HistoryEntry, Importance, Part, SimilarCases, Template } from "./schemas.ts";
import type { CaseTemplate } from "./templates.ts";

export function presentCase(record: ListedCase, who: Principal): z.infer<typeof CaseSummary> {
  return {
    id: record.id,
    number: record.number,
    kind: record.kind,
    title: record.title,
    severity: record.severity,
    stage: record.stage,
    tlp: record.tlp,
    tags: [...record.tags],
    lead: record.lead,
    deputies: [...record.deputies],
    restricted: record.restricted,
    exerciseId: record.exerciseId,
    resolution: record.resolution,
    mergedInto: record.mergedInto,
    held: record.holdId !== null,
    watching: record.watchers.some(({ id }) => id === who.id),
    tasks: record.tasks,
    alerts: record.alerts,
    version: record.version,
    createdAt: toIso(record.createdAt),
    createdBy: record.createdBy,
    updatedAt: toIso(record.updatedAt),
  };
}

export function presentPage(
  whole: WholeCase,
  who: Principal,
  templates: readonly CaseTemplate[],
): z.infer<typeof CasePage> {
  const { record, alerts } = whole;
  const leads = who.permissions.has("cases.lead") || record.lead?.id === who.id;
  const writes = who.permissions.has("cases.write") && record.mergedInto === null;
  return {
    ...presentCase(record, who),
    summary: record.summary,
    watchers: [...record.watchers],
    members: [...whole.members],
    origin: record.origin,
    closingSummary: record.closingSummary,
    mergedFrom: whole.mergedFrom.map(({ id, number, title }) => ({ id, number, title })),
    mergedIntoNumber: whole.mergedIntoNumber,
    stages: whole.stages.map((entry) => ({
      stage: (entry.after?.["stage"] ?? "new") as z.infer<typeof CasePage>["stage"],
      at: toIso(entry.at),
      by: entry.by,
      reason: entry.reason,
    })),
    guidance: templates.find(({ kind }) => kind === record.kind)?.guidance ?? null,
    alertList: alerts.map((one) => ({
      id: one.alertId,
      rule: { ...one.rule, level: one.level },
      entity: one.entity,
      addedAt: toIso(one.addedAt),
      fromCase: one.fromCase,
    })),
    parts: whole.parts.map(presentPart),
    importance: presentImportance(whole.importance),
    may: {
      write: writes && record.stage !== "closed",
      lead: writes && leads,
      close: writes && leads,
      export: who.permissions.has("evidence.export"),
      // One that was merged away still lets go of what it holds.
      hold: who.permissions.has("cases.lead") && (record.mergedInto === null || record.holdId !== null),
    },
  };
}

function presentImportance(known: WholeCase["importance"]): z.infer<typeof Importance>[] {
  return [...known].flatMap(([key, { importance, systemName, owner, zone }]) => {
    const at = key.indexOf("\0");
    return importance === "unknown"
      ? []
      : [{ kind: key.slice(0, at), value: key.slice(at + 1), importance, systemName, owner, zone }];
  });
}

export function presentPart(part: PartRecord): z.infer<typeof Part> {
  return {
    id: part.id,
    content: part.content,
    at: toIso(part.at),
    version: part.version,
    hidden: part.hidden,
    fromCase: part.fromCase,
    createdAt: toIso(part.createdAt),
    createdBy: part.createdBy,
    updatedAt: toIso(part.updatedAt),
    updatedBy: part.updatedBy,
  };
}

export function presentHistory(entry: HistoryRecord): z.infer<typeof HistoryEntry> {
  const { id, by, action, subject, subjectId, before, after, reason } = entry;
  return {
    id,
    at: toIso(entry.at),
    by,
    action,
    subject,
    subjectId,
    before: before === null ? null : { ...before },
    after: after === null ? null : { ...after },
    reason,
  };
}

export function presentSimilar(cases: readonly SimilarCase[], who: Principal): z.infer<typeof SimilarCases> {
  return {
    items: cases.map(({ case: record, score, shared }) => ({
      case: presentCase(record, who),
      score,
      shared: shared.map((one) => ({ ...one })),
    })),
  };
}

export function presentTemplate(template: CaseTemplate): z.infer<typeof Template> {
  const { kind, title, severity, guidance, tasks } = template;
  return {
    kind,
    title,
    severity,
    guidance,
    tasks: tasks.map(({ vi, en, due_hours }) => ({ vi, en, dueHours: due_hours ?? null })),
  };
}
