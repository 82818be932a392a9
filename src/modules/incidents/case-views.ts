import { Fault } from "../../kernel/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import { drawGraph, type GraphMaterial } from "./core/graph.ts";
import { entityKey } from "./core/entity-key.ts";
import { rankLikeness, type Likeness } from "./core/similarity.ts";
import type { CaseLedger } from "./ledger.ts";
import {
  EXPORT_PAGE,
  EXPORT_ROWS,
  MAX_COMPARED_ENTITIES,
  MAX_GRAPH_ALERTS,
  MAX_GRAPH_CASES,
  MAX_GRAPH_ENTITIES,
  MAX_HISTORY_SHOWN,
  MAX_SIMILAR,
} from "./limits.ts";
import type { CaseDeps } from "./ports.ts";
import type {
  CaseAlertRecord,
  CaseFilter,
  CaseKey,
  CaseRecord,
  HistoryRecord,
  ListedCase,
  PartRecord,
  Person,
} from "./records.ts";
import {
  alertsOf,
  casesByIds,
  casesMergedInto,
  casesOfAlerts,
  countCases,
  findCase,
  hiddenFrom,
  historyOf,
  holdsOfCases,
  listCases,
  membersOf,
  partsOf,
  sharedWith,
  sortValue,
  stagesOf,
} from "./store/index.ts";

export interface WholeCase {
  readonly record: ListedCase;
  readonly members: readonly Person[];
  readonly mergedFrom: readonly CaseRecord[];
  readonly mergedIntoNumber: string | null;
  readonly stages: readonly HistoryRecord[];
  readonly alerts: readonly CaseAlertRecord[];
  readonly parts: readonly PartRecord[];
  readonly importance: Awaited<ReturnType<CaseDeps["importanceOf"]>>;
}

export interface SimilarCase extends Likeness {
  readonly case: ListedCase;
}

/** What people see of cases. Everything here is asked for somebody, and what they may not know of is not there. */
export class CaseViews {
  readonly #deps: CaseDeps;
  readonly #ledger: CaseLedger;

  constructor(deps: CaseDeps, ledger: CaseLedger) {
    this.#deps = deps;
    this.#ledger = ledger;
  }

  async list(
    filter: CaseFilter,
    page: { readonly who: Principal; readonly after: CaseKey | undefined; readonly limit: number },
  ): Promise<{ items: readonly ListedCase[]; next: CaseKey | undefined; total: number }> {
    const { query } = this.#deps.records;
    const { who, after, limit } = page;
    const rows = await listCases(query, { filter, userId: who.id, after, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      items,
      next: more ? { sort: sortValue(last, filter.sort), id: last.id } : undefined,
      total: await countCases(query, filter, who.id),
    };
  }

  /** How many there are for this person. */
  count(filter: CaseFilter, userId: string): Promise<number> {
    return countCases(this.#deps.records.query, filter, userId);
  }

  async *all(filter: CaseFilter, who: Principal): AsyncGenerator<ListedCase> {
    let after: CaseKey | undefined;
    for (let given = 0; given < EXPORT_ROWS; ) {
      const page = await this.list(filter, { who, after, limit: EXPORT_PAGE });
      yield* page.items;
      given += page.items.length;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  async page(id: string, who: Principal): Promise<WholeCase> {
    const { query } = this.#deps.records;
    await this.#ledger.read(id, who);
    const [record] = await casesByIds(query, [id], who.id);
    if (record === undefined) throw new Fault("missing", "incidents.case.missing", "no such case", { id });
    const parts = await partsOf(query, id);
    const alerts = await alertsOf(query, id);
    const target = record.mergedInto === null ? undefined : await findCase(query, record.mergedInto, who.id);
    return {
      record,
      members: record.restricted ? await membersOf(query, id) : [],
      mergedFrom: await casesMergedInto(query, id, who.id),
      mergedIntoNumber: target?.number ?? null,
      stages: await stagesOf(query, id),
      alerts,
      parts,
      importance: await this.#deps.importanceOf(entitiesOf(parts, alerts)),
    };
  }

  async history(id: string, who: Principal): Promise<{ items: readonly HistoryRecord[]; truncated: boolean }> {
    await this.#ledger.read(id, who);
    const rows = await historyOf(this.#deps.records.query, id, MAX_HISTORY_SHOWN + 1);
    return { items: rows.slice(0, MAX_HISTORY_SHOWN), truncated: rows.length > MAX_HISTORY_SHOWN };
  }

  async similar(id: string, who: Principal): Promise<readonly SimilarCase[]> {
    const record = await this.#ledger.read(id, who);
    const { query } = this.#deps.records;
    const parts = await partsOf(query, id);
    const alerts = await alertsOf(query, id);
    return this.#alike({
      keys: keysOf(parts, alerts),
      rules: alerts.map(({ rule }) => rule.id),
      exerciseId: record.exerciseId,
      except: id,
      userId: who.id,
    });
  }

  /** Cases that alerts may belong to, before there is one of their own. */
  async similarToAlerts(alertIds: readonly string[], who: Principal): Promise<readonly SimilarCase[]> {
    const alerts = await this.#deps.alerts(alertIds);
    return this.#alike({
      keys: alerts.map(({ entity }) => entityKey(entity.kind, entity.value)),
      rules: alerts.map(({ rule }) => rule.id),
      exerciseId: alerts[0]?.exerciseId ?? null,
      except: undefined,
      userId: who.id,
    });
  }

  async graph(id: string, who: Principal): Promise<ReturnType<typeof drawGraph>> {
    const record = await this.#ledger.read(id, who);
    const { query } = this.#deps.records;
    const alerts = await alertsOf(query, id);
    const things = (await partsOf(query, id)).flatMap(({ content, hidden }): GraphMaterial["things"][number][] => {
      if (hidden) return [];
      if (content.kind === "asset") return [{ source: "asset", ...content.entity }];
      if (content.kind === "indicator") return [{ source: "indicator", kind: content.type, value: content.value }];
      return [];
    });
    const others = (await this.similar(id, who)).map((one) => ({
      id: one.case.id,
      number: one.case.number,
      title: one.case.title,
      severity: one.case.severity,
      shared: one.shared.map(({ value }) => value),
    }));
    return drawGraph(
      {
        case: record,
        alerts: alerts.map((one) => ({
          id: one.alertId,
          title: one.rule.title,
          titleVi: one.rule.titleVi,
          level: one.level,
          entity: one.entity,
        })),
        things,
        others,
      },
      { alerts: MAX_GRAPH_ALERTS, entities: MAX_GRAPH_ENTITIES, cases: MAX_GRAPH_CASES },
    );
  }

  links(alertIds: readonly string[], who: Principal): ReturnType<typeof casesOfAlerts> {
    return casesOfAlerts(this.#deps.records.query, alertIds, who.id);
  }

  /** For presence, and whoever else asks whether somebody may know of a case. */
  async mayLook(id: string, userId: string): Promise<boolean> {
    return (await findCase(this.#deps.records.query, id, userId)) !== undefined;
  }

  /** Ids of cases that do not exist for this person: the audit view says nothing of them. */
  hiddenFrom(userId: string): Promise<ReadonlySet<string>> {
    return hiddenFrom(this.#deps.records.query, userId);
  }

  /** Holds that are for cases: released in the case alone, and told of to who may know of it. */
  holdSight(userId: string): ReturnType<typeof holdsOfCases> {
    return holdsOfCases(this.#deps.records.query, userId);
  }

  async #alike(ask: Parameters<typeof sharedWith>[1]): Promise<readonly SimilarCase[]> {
    const { query } = this.#deps.records;
    const keys = [...new Set(ask.keys)].slice(0, MAX_COMPARED_ENTITIES);
    const rules = [...new Set(ask.rules)].slice(0, MAX_COMPARED_ENTITIES);
    const ranked = rankLikeness(await sharedWith(query, { ...ask, keys, rules }), MAX_SIMILAR);
    const found = new Map(
      (
        await casesByIds(
          query,
          ranked.map(({ caseId }) => caseId),
          ask.userId,
        )
      ).map((one) => [one.id, one]),
    );
    return ranked.flatMap((one) => {
      const record = found.get(one.caseId);
      return record === undefined ? [] : [{ ...one, case: record }];
    });
  }
}

function keysOf(parts: readonly PartRecord[], alerts: readonly CaseAlertRecord[]): string[] {
  return [
    ...parts.flatMap(({ content, hidden }) => {
      if (hidden) return [];
      if (content.kind === "asset") return [entityKey(content.entity.kind, content.entity.value)];
      return content.kind === "indicator" ? [entityKey(content.type, content.value)] : [];
    }),
    ...alerts.map(({ entity }) => entityKey(entity.kind, entity.value)),
  ];
}

function entitiesOf(
  parts: readonly PartRecord[],
  alerts: readonly CaseAlertRecord[],
): { kind: string; value: string }[] {
  const all = [
    ...parts.flatMap(({ content }) => (content.kind === "asset" ? [content.entity] : [])),
    ...alerts.map(({ entity }) => entity),
  ];
  return [...new Map(all.map((one) => [entityKey(one.kind, one.value), one])).values()].slice(0, MAX_COMPARED_ENTITIES);
}
