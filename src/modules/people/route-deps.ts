import type { Clock } from "../../platform/clock/index.ts";
import type { ShiftCalendar } from "./calendar.ts";
import type { Escalations } from "./escalations.ts";
import type { Handovers } from "./handovers.ts";
import type { Roster } from "./roster.ts";

/** How a person is called by colleagues. */
export type NameOfUser = (id: string) => Promise<string | undefined>;

export interface PeopleRouteDeps {
  readonly roster: Roster;
  readonly calendar: ShiftCalendar;
  readonly escalations: Escalations;
  readonly handovers: Handovers;
  readonly clock: Clock;
  readonly nameOf: NameOfUser;
}
