import { createHash } from "node:crypto";
import { Fault, toIso } from "../../kernel/index.ts";
import { entityKey } from "./core/entity-key.ts";
import { ALERTS_LINKED, type AlertsLinked, type CaseLedger, type Desk } from "./ledger.ts";
import { FACTS_PER_ALERT, MAX_ALERTS_PER_CASE } from "./limits.ts";
import type { PartContent } from "./parts/schemas.ts";
import type { AlertOfCase, CaseDeps, Doer, FindingOfCase } from "./ports.ts";
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
    await this.#ledger.read(id, by.who);
    const gathered = await gatherAlerts(this.#deps, alertIds);
    await this.#ledger.write(id, by, { verb: "incidents.alerts.added" }, async (desk) => {
      await bringAlerts(desk, gathered, by.peer);
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

/** Alerts with their newest matches. */
export type Gathered = readonly { readonly alert: AlertOfCase; readonly findings: readonly FindingOfCase[] }[];

/** Asked for before the change begins: other modules use the connection that a transaction would hold. */
export async function gatherAlerts(deps: CaseDeps, alertIds: readonly string[]): Promise<Gathered> {
  const ids = [...new Set(alertIds)];
  const alerts = await deps.alerts(ids);
  if (alerts.length < ids.length) throw new Fault("missing", "incidents.alert.missing", "no such alert");
  const gathered: { alert: AlertOfCase; findings: readonly FindingOfCase[] }[] = [];
  for (const alert of alerts) gathered.push({ alert, findings: await deps.findings(alert.id, FACTS_PER_ALERT) });
  return gathered;
}

/**
 * Puts alerts into a case. Doing it twice changes nothing: links, facts and assets have derived ids.
 * Fault incidents.alert.other_world (an exercise never mixes with the real), .too_many.
 */
export async function bringAlerts(desk: Desk, gathered: Gathered, peer: string): Promise<void> {
  const { id, exerciseId } = desk.record;
  const stranger = gathered.find(({ alert }) => alert.exerciseId !== exerciseId);
  if (stranger !== undefined)
    throw new Fault(
      "conflict",
      "incidents.alert.other_world",
      "alerts of an exercise and real ones never share a case",
    );
  const there = await alertsOf(desk.tx, id);
  if (there.length + gathered.length > MAX_ALERTS_PER_CASE)
    throw new Fault("too_large", "incidents.alert.too_many", "too many alerts", { limit: MAX_ALERTS_PER_CASE });
  const added: string[] = [];
  for (const { alert, findings } of gathered) {
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
    await bringParts(desk, partsFrom(alert, findings, id));
  }
  if (added.length === 0) return;
  await desk.touch();
  await tellQueue(desk, added, peer);
}

/** The queue shows them as escalated, and by whom. Of a restricted case it would tell that there is one, and who is in it. */
export async function tellQueue(desk: Desk, alertIds: readonly string[], peer: string): Promise<void> {
  if (desk.record.restricted || alertIds.length === 0) return;
  const news: AlertsLinked = { alertIds, by: desk.by, peer };
  await desk.publish(ALERTS_LINKED, news);
}

interface Brought {
  readonly id: string;
  readonly content: PartContent;
  readonly at: number | undefined;
}

function partsFrom(alert: AlertOfCase, findings: readonly FindingOfCase[], caseId: string): Brought[] {
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
