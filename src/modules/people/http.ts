import { dayNumber, momentOf } from "../../kernel/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { ShiftCalendar } from "./calendar.ts";
import { sharingOf } from "./core/patterns.ts";
import { escalationRoutes } from "./escalation-routes.ts";
import { handoverRoutes } from "./handover-routes.ts";
import { calendarShown, dutyShown, namesOf, personShown, rotaShown, turnsShown } from "./present.ts";
import type { Roster } from "./roster.ts";
import type { PeopleRouteDeps } from "./route-deps.ts";
import * as shapes from "./schemas.ts";

/** Roster, rotas and calendar, escalations, hand-over. */
export function peopleRoutes(deps: PeopleRouteDeps): Route[] {
  return [
    ...rosterRoutes(deps.roster),
    ...rotaRoutes(deps.calendar),
    ...calendarRoutes(deps),
    ...escalationRoutes(deps.escalations),
    ...handoverRoutes(deps),
  ];
}

function rosterRoutes(roster: Roster): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/people/roster",
      summary: "Persons and the role profiles there are",
      access: "people.read",
      audit: "read",
      reply: shapes.Roster,
      handle: async () => ({ items: (await roster.list()).map(personShown), profiles: [...roster.profiles] }),
    }),
    route({
      method: "POST",
      path: "/api/v1/people/roster",
      summary: "Add a person",
      access: "people.write",
      audit: "own",
      body: shapes.PersonContent,
      reply: shapes.Person,
      status: 201,
      handle: async ({ body, who, peer }) => personShown(await roster.create(body, { who, peer })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/people/roster/:id",
      summary: "Change or archive a person",
      access: "people.write",
      audit: "own",
      params: shapes.IdParams,
      body: shapes.PersonChange,
      reply: shapes.Person,
      handle: async ({ params, body, who, peer }) => personShown(await roster.change(params.id, body, { who, peer })),
    }),
    route({
      method: "POST",
      path: "/api/v1/people/roster/import",
      summary: "Persons from a CSV: what would happen, or do it; one wrong line and nothing is written",
      access: "people.write",
      audit: "own",
      body: shapes.ImportRequest,
      reply: shapes.ImportReply,
      ratePerMinute: 30,
      handle: async ({ body, who, peer }) => {
        const outcome = await roster.importCsv(body.csv, body.apply, { who, peer });
        return { ...outcome, problems: outcome.problems.slice(0, 200) };
      },
    }),
  ];
}

function rotaRoutes(calendar: ShiftCalendar): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/people/rotas",
      summary: "Rotas of shifts and of on-call",
      access: "people.read",
      audit: "read",
      reply: shapes.RotaList,
      handle: async () => ({ items: (await calendar.rotas()).map(rotaShown) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/people/rota-patterns",
      summary: "Shifts and turns of a common pattern, as a beginning",
      access: "people.read",
      audit: "read",
      query: shapes.PatternQuery,
      reply: shapes.Sharing,
      handle: async ({ query }) => {
        const { shifts, turns } = sharingOf(query.pattern, query.teams, []);
        return { shifts: [...shifts], turns: turnsShown(turns) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/people/rotas",
      summary: "Add a rota",
      access: "people.write",
      audit: "own",
      body: shapes.RotaContent,
      reply: shapes.Rota,
      status: 201,
      handle: async ({ body, who, peer }) => rotaShown(await calendar.createRota(body, { who, peer })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/people/rotas/:id",
      summary: "Change a rota",
      access: "people.write",
      audit: "own",
      params: shapes.IdParams,
      body: shapes.RotaChange,
      reply: shapes.Rota,
      handle: async ({ params, body, who, peer }) =>
        rotaShown(await calendar.changeRota(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/people/rotas/:id",
      summary: "Remove a rota",
      access: "people.write",
      audit: "own",
      params: shapes.IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await calendar.removeRota(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}

/** Where no rota says otherwise, days begin as in Vietnam. */
const HOME_ZONE = "Asia/Ho_Chi_Minh";

function calendarRoutes({ calendar, roster, clock, nameOf }: PeopleRouteDeps): Route[] {
  const names = async () => namesOf(await roster.byId(), await calendar.rotas());
  return [
    route({
      method: "GET",
      path: "/api/v1/people/calendar",
      summary: "Duties of some days, with gaps and double bookings",
      access: "people.read",
      audit: "read",
      query: shapes.CalendarQuery,
      reply: shapes.Calendar,
      handle: async ({ query }) => {
        const zone = (await calendar.rotas())[0]?.rota.timeZone ?? HOME_ZONE;
        const day = dayNumber(query.from) ?? 0;
        const span = { from: momentOf(day, 0, zone), to: momentOf(day + query.days, 0, zone) };
        return calendarShown(await calendar.between(span), { names: await names(), ...span });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/people/duty",
      summary: "Who is on shift and on call now, and who comes next",
      access: "people.read",
      audit: "read",
      reply: shapes.DutyNow,
      handle: async () => {
        const [duty, named] = [await calendar.dutyAt(clock.now()), await names()];
        return {
          now: duty.now.map((one) => dutyShown(one, named)),
          next: duty.next.map((one) => dutyShown(one, named)),
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/people/exceptions",
      summary: "An absence, or a swap on one shift",
      access: "people.write",
      audit: "own",
      body: shapes.ExceptionCreate,
      reply: shapes.Created,
      status: 201,
      handle: async ({ body, who, peer }) => {
        const { reason, ...content } = body;
        const by = { who, peer, name: (await nameOf(who.id)) ?? who.name };
        const exception =
          content.kind === "absence"
            ? { ...content, from: Date.parse(content.from), to: Date.parse(content.to) }
            : content;
        return { id: await calendar.except(exception, reason, by) };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/people/exceptions/:id",
      summary: "Withdraw an absence or a swap",
      access: "people.write",
      audit: "own",
      params: shapes.IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await calendar.withdraw(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}
