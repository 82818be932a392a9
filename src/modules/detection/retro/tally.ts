/** Counts of a hunt: by day, by host, and how many alerts the matches would have been. */
import type { Instant } from "../../../kernel/index.ts";
import type { HuntReport } from "./hunt-record.ts";
import { ALERT_QUIET_MS, MAX_DAYS, MAX_TRACKED_ALERTS, MAX_TRACKED_HOSTS, SHOWN_HOSTS } from "./limits.ts";

const DAY_MS = 86_400_000;

export class HuntTally {
  readonly #hosts = new Map<string, number>();
  readonly #days = new Map<number, { matches: number; alerts: number }>();
  /** When each group last grew: its alert is taken to be closed once nothing came for ALERT_QUIET_MS. */
  readonly #groups = new Map<string, Instant>();
  #matches = 0;
  #alerts = 0;

  /** In time order. */
  add(match: { readonly time: Instant; readonly host: string | undefined; readonly alertKey: string }): void {
    this.#matches += 1;
    const isNew = this.#opensAlert(match.alertKey, match.time);
    if (isNew) this.#alerts += 1;
    this.#countDay(match.time, isNew);
    const { host } = match;
    if (host === undefined) return;
    const known = this.#hosts.get(host);
    if (known !== undefined || this.#hosts.size < MAX_TRACKED_HOSTS) this.#hosts.set(host, (known ?? 0) + 1);
  }

  get matches(): number {
    return this.#matches;
  }

  counts(): Pick<HuntReport, "matches" | "alerts" | "hosts" | "perDay"> {
    const hosts = [...this.#hosts].map(([host, count]) => ({ host, count }));
    hosts.sort((a, b) => b.count - a.count || (a.host < b.host ? -1 : 1));
    const days = [...this.#days].sort(([a], [b]) => a - b);
    return {
      matches: this.#matches,
      alerts: this.#alerts,
      hosts: hosts.slice(0, SHOWN_HOSTS),
      perDay: days.map(([day, counted]) => ({ day: new Date(day * DAY_MS).toISOString().slice(0, 10), ...counted })),
    };
  }

  #opensAlert(key: string, time: Instant): boolean {
    const last = this.#groups.get(key);
    if (last === undefined && this.#groups.size >= MAX_TRACKED_ALERTS) return true;
    this.#groups.set(key, Math.max(time, last ?? time));
    return last === undefined || time - last > ALERT_QUIET_MS;
  }

  #countDay(time: Instant, opensAlert: boolean): void {
    const day = Math.floor(time / DAY_MS);
    const counted = this.#days.get(day);
    if (counted === undefined) {
      if (this.#days.size < MAX_DAYS) this.#days.set(day, { matches: 1, alerts: opensAlert ? 1 : 0 });
      return;
    }
    counted.matches += 1;
    if (opensAlert) counted.alerts += 1;
  }
}

/** Over the whole range asked for, quiet days included. */
export function alertsPerDay(alerts: number, range: { readonly from: Instant; readonly to: Instant }): number {
  const days = Math.max(1, (range.to - range.from) / DAY_MS);
  return Math.round((alerts / days) * 100) / 100;
}
