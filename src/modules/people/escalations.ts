import { randomUUID } from "node:crypto";
import { Fault, type Instant } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { ShiftCalendar } from "./calendar.ts";
import { dueSteps, type Step } from "./core/escalation.ts";
import { onDuty } from "./core/rota.ts";
import { ESCALATE_FOR_MS, MAX_HISTORY, MAX_POLICIES } from "./limits.ts";
import type { Asker, Roster } from "./roster.ts";
import {
  appendEscalation,
  type EscalationEntry,
  escalationsSince,
  type Policy,
  policies,
  putPolicy,
  removePolicy,
  TAKEN,
} from "./store/escalations.ts";
import type { Person } from "./store/persons.ts";

/** Topic of the outbox: somebody must be called. */
export const ESCALATION_RAISED = "people.escalation.raised";

/** A critical alert nobody has taken, of the real world. */
export interface UntakenAlert {
  readonly id: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly createdAt: Instant;
}
/** Those that came after, the longest waiting first; `isWhole` when there are no more than these. */
export type UntakenCritical = (
  after: Instant,
) => Promise<{ readonly items: readonly UntakenAlert[]; readonly isWhole: boolean }>;

export interface EscalationRaised {
  /** Accounts told inside the program, whatever the ways. */
  readonly people: readonly string[];
  readonly by: null;
  readonly object: { readonly kind: "alert"; readonly id: string; readonly title: UntakenAlert["title"] };
  readonly calls: readonly {
    readonly personId: string | null;
    readonly name: string;
    readonly way: "mail" | "sms";
    readonly address: string;
    readonly language: "vi" | "en";
  }[];
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly outbox: Outbox;
  readonly roster: Roster;
  readonly calendar: ShiftCalendar;
  readonly untaken: UntakenCritical;
  readonly openWays: () => Promise<readonly string[]>;
}

const SYSTEM = { kind: "system", id: "escalation", name: "Khiên" } as const;

/** Calls people about critical alerts nobody takes. Each step of a policy once for each alert, whatever restarts. */
export class Escalations {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async policies(): Promise<readonly Policy[]> {
    return policies(this.#deps.records.query);
  }

  async history(): Promise<readonly EscalationEntry[]> {
    const { records, clock } = this.#deps;
    return escalationsSince(records.query, clock.now() - 90 * ESCALATE_FOR_MS, MAX_HISTORY);
  }

  async create(content: Pick<Policy, "name" | "enabled" | "steps">, by: Asker): Promise<Policy> {
    const policy: Policy = { ...content, id: randomUUID(), since: this.#deps.clock.now(), version: 1 };
    await this.#deps.records.transaction(async (tx) => {
      if ((await policies(tx)).length >= MAX_POLICIES) {
        throw new Fault("too_large", "people.policy.too_many", "too many policies", { limit: MAX_POLICIES });
      }
      await this.#put(tx, policy, { verb: "people.policy.created", by });
    });
    return policy;
  }

  async change(id: string, change: Pick<Policy, "name" | "enabled" | "steps" | "version">, by: Asker): Promise<Policy> {
    const { records, clock } = this.#deps;
    return records.transaction(async (tx) => {
      const before = await requirePolicy(tx, id);
      if (before.version !== change.version) {
        throw new Fault("conflict", "people.policy.changed", "the policy was changed meanwhile", {
          version: before.version,
        });
      }
      // Turned on again it counts from now, not from the alerts of the time it was off.
      const since = change.enabled && !before.enabled ? clock.now() : before.since;
      const policy = { ...change, id, since, version: before.version + 1 };
      await this.#put(tx, policy, { verb: "people.policy.changed", by });
      return policy;
    });
  }

  async remove(id: string, by: Asker): Promise<void> {
    const { records, audit } = this.#deps;
    await records.transaction(async (tx) => {
      const { name } = await requirePolicy(tx, id);
      await removePolicy(tx, id);
      const object = { kind: "escalation-policy", id };
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "people.policy.removed", object, details: { name } },
        tx,
      );
    });
  }

  /** One look at what nobody has taken. */
  async look(): Promise<void> {
    const { records, clock, outbox, live, untaken } = this.#deps;
    const enabled = (await this.policies()).filter((policy) => policy.enabled);
    if (enabled.length === 0) return;
    const now = clock.now();
    // Calls of two days are looked at, about alerts that were a day old at most.
    const { items: open, isWhole } = await untaken(now - 3 * ESCALATE_FOR_MS);
    const callable = open.filter(({ createdAt }) => createdAt > now - ESCALATE_FOR_MS);
    const done = await escalationsSince(records.query, now - 2 * ESCALATE_FOR_MS, 100_000);
    let changed = 0;
    for (const policy of enabled) {
      const own = Map.groupBy(
        done.filter(({ policyId }) => policyId === policy.id),
        ({ alertId }) => alertId,
      );
      for (const alert of callable)
        changed += await this.#escalate(policy, alert, { now, mine: own.get(alert.id) ?? [] });
      // An alert that is missing from a part of the queue may still be open.
      if (isWhole) changed += await this.#end(policy, own, new Set(open.map(({ id }) => id)));
    }
    if (changed === 0) return;
    await outbox.wake();
    live.publish({ event: "people", data: {} });
  }

  async #escalate(
    policy: Policy,
    alert: UntakenAlert,
    { now, mine }: { now: Instant; mine: readonly EscalationEntry[] },
  ): Promise<number> {
    const taken = new Set(mine.map(({ step }) => step));
    if (taken.has(TAKEN)) return 0;
    let raised = 0;
    for (const { index, step } of dueSteps(policy, alert, { now, taken })) {
      if (await this.#raise({ policy, alert, step, index }, now)) raised += 1;
    }
    return raised;
  }

  async #raise(
    { policy, alert, step, index }: { policy: Policy; alert: UntakenAlert; step: Step; index: number },
    now: Instant,
  ): Promise<boolean> {
    const { records, audit, outbox, openWays } = this.#deps;
    const called = await this.#targetsOf(step, now);
    const open = new Set(["app", ...(await openWays())]);
    const ways = step.ways.filter((way) => open.has(way));
    const news: EscalationRaised = {
      people: called.flatMap(({ userId }) => (userId === null ? [] : [userId])),
      by: null,
      object: { kind: "alert", id: alert.id, title: alert.title },
      calls: called.flatMap((person) => callsOf(person, ways)),
    };
    return records.transaction(async (tx) => {
      const entry: EscalationEntry = {
        alertId: alert.id,
        policyId: policy.id,
        step: index,
        at: now,
        details: {
          title: alert.title.vi,
          policy: policy.name,
          called: called.map((person) => ({ name: person.name, ways: waysReaching(person, ways) })),
        },
      };
      if (!(await appendEscalation(tx, entry))) return false;
      await outbox.publish(tx, { topic: ESCALATION_RAISED, payload: news });
      const details = { policy: policy.name, step: index + 1, called: called.map(({ name }) => name) };
      const object = { kind: "alert", id: alert.id };
      await audit.record({ actor: SYSTEM, verb: "people.escalation.raised", object, details }, tx);
      return true;
    });
  }

  /** Alerts that were called about and are open no more. */
  async #end(
    policy: Policy,
    own: ReadonlyMap<string, readonly EscalationEntry[]>,
    open: ReadonlySet<string>,
  ): Promise<number> {
    let ended = 0;
    for (const [alertId, entries] of own) {
      const [last] = entries;
      if (last === undefined || open.has(alertId) || entries.some(({ step }) => step === TAKEN)) continue;
      const entry = {
        alertId,
        policyId: policy.id,
        step: TAKEN,
        at: this.#deps.clock.now(),
        details: { ...last.details, called: [] },
      };
      if (await this.#deps.records.transaction((tx) => appendEscalation(tx, entry))) ended += 1;
    }
    return ended;
  }

  async #targetsOf({ target }: Step, now: Instant): Promise<readonly Person[]> {
    const { roster, calendar } = this.#deps;
    const known = await roster.byId();
    const { duties } = await calendar.between({ from: now, to: now + 1 });
    const ids =
      target.kind === "person"
        ? [target.personId]
        : onDuty(duties, now)
            .filter(({ rotaId }) => rotaId === target.rotaId)
            .flatMap(({ people }) => people.map(({ id }) => id));
    return ids.flatMap((id) => known.get(id) ?? []).filter(({ archived }) => !archived);
  }

  async #put(tx: Tx, policy: Policy, { verb, by }: { verb: string; by: Asker }): Promise<void> {
    await putPolicy(tx, policy);
    const { id, name, enabled, steps, version } = policy;
    const object = { kind: "escalation-policy", id };
    const details = { name, enabled, steps: steps.length, version };
    await this.#deps.audit.record({ actor: actorOf(by.who), peer: by.peer, verb, object, details }, tx);
  }
}

async function requirePolicy(tx: Tx, id: string): Promise<Policy> {
  const found = (await policies(tx)).find((policy) => policy.id === id);
  if (found === undefined) throw new Fault("missing", "people.policy.missing", "no such policy", { id });
  return found;
}

function callsOf(person: Person, ways: Step["ways"]): EscalationRaised["calls"] {
  const language = person.languages[0] === "en" ? ("en" as const) : ("vi" as const);
  const call = (way: "mail" | "sms", address: string | null) =>
    ways.includes(way) && address !== null
      ? [{ personId: person.userId, name: person.name, way, address, language }]
      : [];
  return [...call("mail", person.mail), ...call("sms", person.phone)];
}

function waysReaching(person: Person, ways: Step["ways"]): readonly string[] {
  return ways.filter((way) => (way === "app" ? person.userId : way === "mail" ? person.mail : person.phone) !== null);
}
