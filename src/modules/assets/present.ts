import { toIso } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { HistoryEntry, ListedSystem, SystemRecord, SystemRow } from "./records.ts";
import type { SystemPage } from "./register.ts";
import type { Assessment as AssessmentShape } from "./classification/schemas.ts";
import type * as Shapes from "./schemas.ts";
import type { Assessment } from "./store/assessments.ts";

function factsOf(row: SystemRow) {
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    parentId: row.parentId,
    owner: row.owner,
    operator: row.operator,
    zone: row.zone,
    criticality: row.criticality,
    purpose: row.purpose,
    sector: row.sector,
    notes: row.notes,
    state: row.state,
    mergedInto: row.mergedInto,
    vnLevel: row.vnLevel,
    nis2Class: row.nis2Class,
    version: row.version,
    createdAt: toIso(row.createdAt),
    updatedAt: toIso(row.updatedAt),
  };
}

export function listed(system: ListedSystem): z.input<typeof Shapes.ListedSystem> {
  const { parentName, services, identifiers, children } = system;
  return { ...factsOf(system), parentName, services, identifiers, children };
}

export function shownSystem(system: SystemRecord): z.input<typeof Shapes.System> {
  return {
    ...factsOf(system),
    services: [...system.services],
    identifiers: system.identifiers.map(({ kind, value, service }) => ({ kind, value, service })),
  };
}

export function shownPage(page: SystemPage): z.input<typeof Shapes.SystemPage> {
  return {
    system: shownSystem(page.system),
    above: [...page.above],
    children: page.children,
    ownership: page.ownership.map(({ owner, operator, from, to }) => ({
      owner,
      operator,
      from: toIso(from),
      to: to === null ? null : toIso(to),
    })),
    mergedInto: page.mergedInto,
    undoable: page.undoable.map(({ id, source, until }) => ({ id, source, until: toIso(until) })),
  };
}

export function shownEntry(entry: HistoryEntry): z.input<typeof Shapes.History>["items"][number] {
  const { seq, at, by, what, reason, changes } = entry;
  return {
    seq,
    at: toIso(at),
    by,
    what,
    reason,
    changes: changes.map((change) =>
      "added" in change ? { ...change, added: [...change.added], removed: [...change.removed] } : change,
    ),
  };
}

export function shownAssessment(
  assessment: Assessment,
  { isCurrent }: { readonly isCurrent: boolean },
): z.input<typeof AssessmentShape> {
  const { id, systemId, scheme, at, by, reason, contentVersion, hash, answers, verdict } = assessment;
  return {
    id,
    systemId,
    scheme,
    at: toIso(at),
    by,
    reason,
    contentVersion,
    hash,
    isCurrentContent: isCurrent,
    answers: Object.fromEntries(
      Object.entries(answers).map(([question, answer]) => [
        question,
        typeof answer === "object" ? [...answer] : answer,
      ]),
    ),
    verdict,
  };
}
