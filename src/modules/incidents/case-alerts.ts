import { createHash } from "node:crypto";
import { Fault, toIso } from "../../kernel/index.ts";
import { entityKey } from "./core/entity-key.ts";
import { ALERTS_LINKED, type AlertsLinked, type CaseLedger, type Desk } from "./ledger.ts";
import { FACTS_PER_ALERT, MAX_ALERTS_PER_CASE } from "./limits.ts";
import type { PartContent } from "./part-schemas.ts";
import type { AlertOfCase, CaseDeps, Doer } from "./ports.ts";
import type { PartRecord } from "./records.ts";
import { alertsOf, knownParts, linkAlert, partsOf, putPart, unlinkAlert } from "./store/index.ts";

/** Alerts of a case: put in, with the facts and the entity they bring, and taken out again. */
export class CaseAlerts {
  readonly #deps: CaseDeps;
  readonly #ledger: CaseLedger;

  constructor(deps: CaseDeps, ledger: CaseLedger) {
    this.#deps = deps;
    this.#ledger = ledger;
  }

  async add(id: string, alertIds: readonly string[], by: Doer): Promise<void> {
    await this.#ledger.write(id, by, { verb: "incidents.alerts.added" }, async (desk) => {
      await bringAlerts(desk, { deps: this.#deps, ids: alertIds, peer: by.peer });
      await desk.tellTeam("alerts");
    });
  }

  /** The alert goes, what it brought stays: a fact is a fact whatever becomes of its alert. */
  async remove(id: string, alertId: string, asked: { reason: string; by: Doer }): Promise<void> {
    await this.#ledger.write(id, asked.by, { verb: "incidents.alerts.removed" }, async (desk) => {
      if (!(await unlinkAlert(desk.tx, id, alertId)))
        throw new Fault("missing", "incidents.alert.not_here", "the alert is not in this case", { alert: alertId });
      await desk.touch();
      await desk.tell({ action: "removed", subject: "alert", subjectId: alertId, reason: asked.reason });
    });
  }
}

/**
 * Puts alerts into a case. Doing it twice changes nothing: links, facts and assets have derived ids.
 * Fault incidents.alert.missing, .other_world (an exercise never mixes with the real), .too_many.
 */
export async function bringAlerts(
  desk: Desk,
  ask: { readonly deps: CaseDeps; readonly ids: readonly string[]; readonly peer: string },
): Promise<void> {
  const ids = [...new Set(ask.ids)];
  const alerts = await ask.deps.alerts(ids);
  if (alerts.length < ids.length) throw new Fault("missing", "incidents.alert.missing", "no such alert");
  const { id, exerciseId } = desk.record;
  const stranger = alerts.find((alert) => alert.exerciseId !== exerciseId);
  if (stranger !== undefined)
    throw new Fault(
      "conflict",
      "incidents.alert.other_world",
      "alerts of an exercise and real ones never share a case",
    );
  const there = await alertsOf(desk.tx, id);
  if (there.length + ids.length > MAX_ALERTS_PER_CASE)
    throw new Fault("too_large", "incidents.alert.too_many", "too many alerts", { limit: MAX_ALERTS_PER_CASE });
  const added: string[] = [];
  for (const alert of alerts) {
    const link = {
      alertId: alert.id,
      rule: { id: alert.rule.id, title: alert.rule.title, titleVi: alert.rule.titleVi },
      level: alert.rule.level,
      entity: alert.entity,
      addedAt: desk.now,
      fromCase: null,
    };
    if (!(await linkAlert(desk.tx, id, link))) continue;
    added.push(alert.id);
    await desk.tell({
      action: "added",
      subject: "alert",
      subjectId: alert.id,
      after: { rule: alert.rule.title, entity: alert.entity.value },
    });
    await bringParts(desk, await partsFrom(alert, ask.deps, id));
  }
  if (added.length === 0) return;
  await desk.touch();
  const news: AlertsLinked = { alertIds: added, by: desk.by, peer: ask.peer };
  await desk.publish(ALERTS_LINKED, news);
}

interface Brought {
  readonly id: string;
  readonly content: PartContent;
  readonly at: number | undefined;
}

async function partsFrom(alert: AlertOfCase, deps: CaseDeps, caseId: string): Promise<Brought[]> {
  const findings = await deps.findings(alert.id, FACTS_PER_ALERT);
  const { id, title, titleVi } = alert.rule;
  const facts = findings.map(
    (finding): Brought => ({
      id: derivedId(caseId, "finding", finding.id),
      at: finding.time,
      content: {
        kind: "fact",
        time: toIso(finding.time),
        text: "",
        factKind: "detection",
        confidence: "likely",
        source: {
          kind: "alert",
          note: "",
          alertId: alert.id,
          eventId: finding.eventId,
          rule: { id, title, titleVi },
          host: finding.host,
        },
      },
    }),
  );
  const { kind, value } = alert.entity;
  const asset: Brought = {
    id: derivedId(caseId, "asset", entityKey(kind, value)),
    at: undefined,
    content: { kind: "asset", entity: { kind, value: value.slice(0, 500) }, role: "victim", note: "" },
  };
  return [...facts, asset];
}

async function bringParts(desk: Desk, parts: readonly Brought[]): Promise<void> {
  const known = await knownParts(
    desk.tx,
    parts.map((one) => one.id),
  );
  const entities = new Set(
    (await partsOf(desk.tx, desk.record.id)).flatMap(({ content, hidden }) =>
      content.kind === "asset" && !hidden ? [entityKey(content.entity.kind, content.entity.value)] : [],
    ),
  );
  for (const { id, content, at } of parts) {
    if (known.has(id)) continue;
    if (content.kind === "asset" && entities.has(entityKey(content.entity.kind, content.entity.value))) continue;
    const part: PartRecord = {
      id,
      caseId: desk.record.id,
      content,
      at: at ?? desk.now,
      version: 1,
      hidden: false,
      fromCase: null,
      createdAt: desk.now,
      createdBy: desk.by,
      updatedAt: desk.now,
      updatedBy: desk.by.name,
    };
    await putPart(desk.tx, part);
  }
}

function derivedId(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
