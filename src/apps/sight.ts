import type { Instant } from "../kernel/index.ts";
import { type Incidents, STAGES } from "../modules/incidents/index.ts";
import type { PeoplePart } from "../modules/people/index.ts";
import type { Principal } from "../platform/http/index.ts";

const OPEN = STAGES.filter((stage) => stage !== "closed");

/** Whether somebody may know that an object is looked at; what nobody named here is nobody's to see. */
export async function mayLook(incidents: Incidents, who: Principal, object: string): Promise<boolean> {
  const [kind, id = ""] = object.split(/:(.*)/su);
  if (kind === "alert") return who.permissions.has("alerts.read");
  if (kind === "case") return who.permissions.has("cases.read") && (await incidents.views.mayLook(id, who.id));
  return false;
}

/** How many cases of the real world are open that this person may know of. */
export async function openCases(incidents: Incidents, who: Pick<Principal, "id">): Promise<number> {
  return incidents.views.count({ stages: OPEN, whose: "all", exercise: "exclude", sort: "updated" }, who.id);
}

/** Who is on duty now, by rota. */
export async function onDuty(people: PeoplePart, now: Instant) {
  const names = new Map((await people.roster.list()).map(({ id, name }) => [id, name]));
  const { now: duties } = await people.calendar.dutyAt(now);
  return duties.map(({ name, kind, ends, people: persons }) => ({
    name,
    onCall: kind === "on_call",
    ends,
    people: persons.flatMap(({ id }) => names.get(id) ?? []),
  }));
}
