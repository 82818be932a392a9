/** The door of the people module. See README.md. */
import type { Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Migration, type Records, readMigrations } from "../../platform/db/index.ts";
import type { Route } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import { ShiftCalendar } from "./calendar.ts";
import { Escalations, type UntakenCritical } from "./escalations.ts";
import { type FiguresNow, Handovers } from "./handovers.ts";
import { peopleRoutes } from "./http.ts";
import type { Profile } from "./profiles.ts";
import { type AccountsByName, Roster } from "./roster.ts";
import type { NameOfUser } from "./route-deps.ts";

export type { HandoverFigures } from "./core/handover.ts";
export { ESCALATION_RAISED, type EscalationRaised, type UntakenCritical } from "./escalations.ts";
export { handoverPaperRoutes } from "./handover-paper-routes.ts";
export { type FiguresNow, HANDOVER_SIGNED } from "./handovers.ts";
export { ESCALATION_LOOK_MS, MAX_FIGURE_ROWS } from "./limits.ts";
export { loadProfiles, type Profile } from "./profiles.ts";

export const peopleMigrations: Migration[] = readMigrations("people", new URL("./migrations/", import.meta.url));

export interface PeopleDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly outbox: Outbox;
  readonly profiles: readonly Profile[];
  readonly accountsByName: AccountsByName;
  readonly nameOf: NameOfUser;
  readonly untaken: UntakenCritical;
  /** Ways out of the installation there are: `mail`, `sms`. */
  readonly openWays: () => Promise<readonly string[]>;
  readonly figures: FiguresNow;
}

export interface PeoplePart {
  readonly roster: Roster;
  readonly calendar: ShiftCalendar;
  readonly escalations: Escalations;
  readonly handovers: Handovers;
  readonly routes: readonly Route[];
}

export function openPeople(deps: PeopleDeps): PeoplePart {
  const roster = new Roster(deps);
  const calendar = new ShiftCalendar(deps);
  const escalations = new Escalations({ ...deps, roster, calendar });
  const handovers = new Handovers({ ...deps, roster, calendar });
  const routes = peopleRoutes({ ...deps, roster, calendar, escalations, handovers });
  return { roster, calendar, escalations, handovers, routes };
}
