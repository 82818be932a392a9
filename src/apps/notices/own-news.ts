import type { Instant } from "../../kernel/index.ts";
import type { Alerts } from "../../modules/alerts/index.ts";
import type { SensorSilent } from "../../modules/ingest/index.ts";
import type { Permission } from "../../platform/http/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Notices } from "../../platform/notices/index.ts";
import { REFUSED_JOURNAL_RULE } from "../journal-alerts.ts";
import { NOTICE_KINDS } from "./kinds.ts";
import { pathOf } from "./paths.ts";

/** Ids of the active people who may do this. */
export type PeopleWho = (permission: Permission) => Promise<readonly string[]>;

interface Deps {
  readonly notices: Notices;
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly peopleWho: PeopleWho;
}

/** Older critical alerts are no news: after an upgrade, or a long standstill, the queue tells of them. */
const NEWS_FOR_MS = 3_600_000;
const ALERTS_AT_ONCE = 200;
const MAX_REMEMBERED = 10_000;
export const CRITICAL_LOOK_MS = 5_000;

/** News of the program itself, told to those who can do something about it. */
export class OwnNews {
  readonly #deps: Deps;
  /** Spares asking the records again; what is forgotten here they still know. */
  readonly #told = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async sensorSilent({ id, sensor }: SensorSilent): Promise<void> {
    const object = { kind: "sensor", id: sensor, title: sensor };
    const people = await this.#deps.peopleWho("sensors.write");
    await this.#tell(`silence:${id}`, "sensors.silent", { object, people });
  }

  /** `since`: the journal's end when it stopped, so that the next time is another piece of news. */
  async intakeRefused(code: string, since: number): Promise<void> {
    const key = `refusal:${code}:${since}`;
    if (this.#told.has(key)) return;
    const object = { kind: "storage", id: "journal", title: code };
    const { peopleWho } = this.#deps;
    const people = [...new Set([...(await peopleWho("sensors.write")), ...(await peopleWho("alerts.write"))])];
    await this.#tell(key, "intake.refused", { object, people });
    this.#remember(key);
  }

  /** New critical groups nobody has taken; that the journal refuses is told as what it is, and once. */
  async lookForCritical(): Promise<void> {
    const { alerts, clock } = this.#deps;
    const from: Instant = clock.now() - NEWS_FOR_MS;
    const { items } = await alerts.list(
      { statuses: ["open"], levels: ["critical"], exercise: "include", sort: "firstSeen", from },
      { after: undefined, limit: ALERTS_AT_ONCE },
    );
    const fresh = items.filter(
      ({ id, rule, createdAt }) => createdAt >= from && rule.id !== REFUSED_JOURNAL_RULE && !this.#told.has(id),
    );
    if (fresh.length === 0) return;
    const people = await this.#deps.peopleWho("alerts.write");
    for (const { id, rule, exerciseId } of fresh) {
      const object = { kind: "alert", id, title: { vi: rule.titleVi ?? rule.title, en: rule.title } };
      await this.#tell(`alert:${id}`, "alerts.critical", { object, people, exerciseId: exerciseId ?? undefined });
      this.#remember(id);
    }
  }

  #remember(key: string): void {
    if (this.#told.size >= MAX_REMEMBERED) this.#told.clear();
    this.#told.add(key);
  }

  async #tell(
    key: string,
    kind: keyof typeof NOTICE_KINDS,
    about: Pick<Parameters<Notices["tell"]>[0], "object" | "people" | "exerciseId">,
  ): Promise<void> {
    await this.#deps.notices.tell({
      ...about,
      key,
      kind,
      urgency: NOTICE_KINDS[kind],
      by: null,
      path: pathOf(about.object),
    });
  }
}
