import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "./csv.ts";
import { dueSteps } from "./escalation.ts";
import { sharingOf } from "./patterns.ts";
import { dutiesBetween, nextDuties, onDuty, problemsOf, type Rota, type RotaException } from "./rota.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const HOUR = 3_600_000;
const four = ["A", "B", "C", "D"].map((name) => ({ name, people: [`${name}1`, `${name}2`] }));

const rota = (part: Partial<Rota> = {}): Rota => ({
  id: "r",
  name: "SOC",
  kind: "shift",
  timeZone: "Asia/Ho_Chi_Minh",
  startsOn: "2026-11-23",
  minimum: 2,
  teams: four,
  ...sharingOf("3x8", 4, ["morning", "evening", "night"]),
  ...part,
});
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe("shifts by the wall clock", () => {
  test.each([
    ["Vietnam, any night", "Asia/Ho_Chi_Minh", "2026-03-28", "2026-03-28T15:00", "2026-03-28T23:00", 8],
    ["Berlin, an ordinary night", "Europe/Berlin", "2026-02-10", "2026-02-10T21:00", "2026-02-11T05:00", 8],
    ["Berlin, the night clocks go forward", "Europe/Berlin", "2026-03-28", "2026-03-28T21:00", "2026-03-29T04:00", 7],
    ["Berlin, the night clocks go back", "Europe/Berlin", "2026-10-24", "2026-10-24T20:00", "2026-10-25T05:00", 9],
    ["Berlin, the night after", "Europe/Berlin", "2026-10-25", "2026-10-25T21:00", "2026-10-26T05:00", 8],
  ])("%s", (_what, timeZone, day, begins, ends, hours) => {
    const night = dutiesBetween(
      rota({ timeZone, startsOn: "2026-01-01" }),
      span(`${day}T22:30:00Z`, `${day}T22:31:00Z`),
      [],
    )
      .filter(({ shift }) => shift === 2)
      .find((duty) => duty.day === day);
    expect([
      iso(night?.begins ?? 0),
      iso(night?.ends ?? 0),
      ((night?.ends ?? 0) - (night?.begins ?? 0)) / HOUR,
    ]).toEqual([begins, ends, hours]);
  });

  test.each(["Europe/Berlin", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe"])(
    "round the clock in %s nobody is left out and nobody stands twice, all the year",
    (timeZone) => {
      for (const pattern of ["3x8", "2x12"] as const) {
        const one = rota({ timeZone, startsOn: "2026-01-01", ...sharingOf(pattern, 4, []) });
        const duties = dutiesBetween(one, span("2026-01-03T00:00:00Z", "2026-12-30T00:00:00Z"), []);
        for (const [n, duty] of duties.entries()) {
          if (n > 0) expect(duty.begins).toBe(duties[n - 1]?.ends);
          expect(duty.people).toHaveLength(2);
        }
        expect(problemsOf(duties)).toEqual([]);
      }
    },
  );
});

describe("patterns", () => {
  const teamsOn = (pattern: "3x8" | "2x12" | "office" | "weekly", teams: number) =>
    sharingOf(pattern, teams, []).turns.map((day) => day.map((team) => team ?? "-").join(""));
  test.each([
    ["3x8", 4, ["032", "032", "103", "103", "210", "210", "321", "321"]],
    ["2x12", 4, ["03", "03", "10", "10", "21", "21", "32", "32"]],
    ["office", 1, ["0", "0", "0", "0", "0", "-", "-"]],
    ["weekly", 2, [..."0000000", ..."1111111"]],
  ] as const)("%s of %d teams", (pattern, teams, days) => {
    expect(teamsOn(pattern, teams)).toEqual(days);
  });
  test("with too few teams some shifts are nobody's, and that is a gap", () => {
    const one = rota({ ...sharingOf("3x8", 2, []), teams: four.slice(0, 2) });
    const duties = dutiesBetween(one, span("2026-11-24T00:00:00Z", "2026-11-30T00:00:00Z"), []);
    expect(problemsOf(duties).filter(({ kind }) => kind === "gap").length).toBeGreaterThan(0);
  });
});

describe("exceptions", () => {
  const week = span("2026-11-22T17:00:00Z", "2026-11-29T17:00:00Z");
  const swap = (part: object): RotaException => ({
    kind: "swap",
    id: "s",
    rotaId: "r",
    day: "2026-11-23",
    shift: 0,
    out: "A1",
    in: "D1",
    ...part,
  });
  const firstMorning = (exceptions: readonly RotaException[]) =>
    dutiesBetween(rota(), week, exceptions).find(({ day, shift }) => day === "2026-11-23" && shift === 0);

  test.each([
    ["one for another", [swap({})], ["A2", "D1"]],
    ["one more", [swap({ out: null })], ["A1", "A2", "D1"]],
    ["one less", [swap({ in: null })], ["A2"]],
    ["back again by a second swap", [swap({}), swap({ id: "t", out: "D1", in: "A1" })], ["A2", "A1"]],
    ["of another day", [swap({ day: "2026-11-24" })], ["A1", "A2"]],
    ["of another rota", [swap({ rotaId: "x" })], ["A1", "A2"]],
    ["somebody who stands there anyway", [swap({ out: null, in: "A2" })], ["A1", "A2"]],
  ])("%s", (_what, exceptions, people) => {
    expect(firstMorning(exceptions)?.people.map(({ id }) => id)).toEqual(people);
  });

  test("who is away is named as away, and makes a gap where too few are left", () => {
    const away = { kind: "absence", id: "a", personId: "A1", from: week.from, to: week.to } as const;
    const duty = firstMorning([away]);
    expect([duty?.people.map(({ id }) => id), duty?.absent]).toEqual([["A2"], ["A1"]]);
    const gaps = problemsOf(dutiesBetween(rota(), week, [away]));
    expect(gaps[0]).toMatchObject({ kind: "gap", missing: 1 });
  });

  test("one person in two shifts at once is told; on call beside a shift is none", () => {
    const late = rota({ shifts: [{ name: "late", from: 13 * 60, minutes: 480 }], turns: [[0]], id: "q" });
    const both = [...dutiesBetween(rota(), week, []), ...dutiesBetween(late, week, [])];
    const double = problemsOf(both).filter(({ kind }) => kind === "double");
    expect(double.length).toBeGreaterThan(0);
    const onCall = dutiesBetween({ ...late, kind: "on_call" }, week, []);
    expect(problemsOf([...dutiesBetween(rota(), week, []), ...onCall]).filter(({ kind }) => kind === "double")).toEqual(
      [],
    );
  });
});

describe("now and next", () => {
  test.each([
    ["before the rota begins", "2026-11-22T20:00:00Z", [], ["morning"]],
    ["in the first minute of a shift", "2026-11-22T23:00:00Z", ["morning"], ["evening"]],
    ["in its last", "2026-11-23T06:59:00Z", ["morning"], ["evening"]],
    ["after midnight the night of the day before", "2026-11-23T18:00:00Z", ["night"], ["morning"]],
  ])("%s", (_what, now, present, coming) => {
    const duties = dutiesBetween(rota(), { from: at(now), to: at(now) + 48 * HOUR }, []);
    expect(onDuty(duties, at(now)).map(({ name }) => name)).toEqual(present);
    expect(nextDuties(duties, at(now)).map(({ name }) => name)).toEqual(coming);
  });
});

describe("steps of an escalation", () => {
  const steps = [0, 15, 30].map((afterMinutes) => ({
    afterMinutes,
    target: { kind: "person" as const, personId: "x" },
    ways: ["mail" as const],
  }));
  const created = at("2026-11-22T00:00:00Z");
  test.each([
    ["at once", 0, [], [0]],
    ["after ten minutes nothing new", 10, [0], []],
    ["after fifteen", 15, [0], [1]],
    ["after a standstill all that are due, in order", 31, [], [0, 1, 2]],
    ["never twice", 60, [0, 1, 2], []],
  ])("%s", (_what, minutes, taken, due) => {
    const now = created + minutes * 60_000;
    const found = dueSteps({ steps, since: 0 }, { id: "a", createdAt: created }, { now, taken: new Set(taken) });
    expect(found.map(({ index }) => index)).toEqual(due);
  });
  test("a policy made later counts from then", () => {
    const late = { steps, since: created + HOUR };
    const alert = { id: "a", createdAt: created };
    expect(dueSteps(late, alert, { now: created + HOUR + 60_000, taken: new Set() })).toHaveLength(1);
  });
});

describe("CSV", () => {
  test.each([
    [
      "commas, quotes, lines in cells",
      'a,"b ""x"", y"\n"1\n2",3\n',
      [
        [1, "a", 'b "x", y'],
        [2, "1\n2", "3"],
      ],
    ],
    [
      "semicolons as Excel in Vietnam writes",
      "\uFEFFtên;đơn vị\r\nLan;SOC\r\n",
      [
        [1, "tên", "đơn vị"],
        [2, "Lan", "SOC"],
      ],
    ],
    [
      "empty lines between",
      "a,b\n\n\nc,d",
      [
        [1, "a", "b"],
        [4, "c", "d"],
      ],
    ],
  ])("%s", (_what, text, rows) => {
    expect(parseCsv(text).rows.map(({ line, cells }) => [line, ...cells])).toEqual(rows);
  });
  test("what is hostile ends with a problem, never with an exception", () => {
    expect(parseCsv('a,"b').problem).toBe("quote_open");
    expect(parseCsv("x".repeat(5_000)).problem).toBe("cell_too_long");
    expect(parseCsv(",".repeat(100)).problem).toBe("too_many_columns");
    expect(parseCsv("a\n".repeat(3_000)).problem).toBe("too_many_rows");
    fc.assert(fc.property(fc.string(), (text) => parseCsv(text).rows.length <= 2_000));
  });
});
