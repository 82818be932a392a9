import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrivals,
  DAY_MS,
  dayAndNight,
  HourBook,
  MONDAY,
  nightly,
  officeHours,
  seeded,
  steady,
  WEEK_MS,
} from "../../testdata/health/traffic.ts";
import type { Instant } from "../../../../kernel/index.ts";
import { learnRhythm, momentAfter, type Rhythm, SHORTEST_ALLOWANCE_MS, usualTime } from "./rhythm.ts";
import { judgeSilence } from "./silence.ts";
import { HOUR_MS, hourOf, hourOfWeek } from "./week.ts";

const MINUTE_MS = 60_000;
const EXPECTATION = { everyMs: null, paused: null, retired: false, hasAnEnd: false };

interface Alarm {
  readonly since: Instant;
  readonly at: Instant;
}

/** Lives through arrivals as the program does: habits learned anew every day, silence looked for all the time. */
function live(times: Iterable<Instant>, span: { readonly from: Instant; readonly to: Instant }): Alarm[] {
  const book = new HourBook();
  const alarms: Alarm[] = [];
  let rhythm: Rhythm | undefined;
  let learnedAt = span.from;
  const look = (until: Instant) => {
    const { first, last, events } = book;
    // No allowance is shorter: most arrivals need no look before them.
    if (first === undefined || last === undefined || until - last <= SHORTEST_ALLOWANCE_MS) return;
    const heard = { events, firstSeen: first, lastSeen: last, speakingSince: first, rhythm, now: until };
    const verdict = judgeSilence({ ...heard, expectation: EXPECTATION, open: null, absences: [] });
    if (verdict.state !== "silent") return;
    // The moment it was told: the first look at which it was silent.
    let [early, late] = [last, until];
    while (late - early > MINUTE_MS) {
      const middle = Math.floor((early + late) / 2);
      const then = judgeSilence({ ...heard, now: middle, expectation: EXPECTATION, open: null, absences: [] });
      if (then.state === "silent") late = middle;
      else early = middle;
    }
    alarms.push({ since: last, at: late });
  };
  for (const at of times) {
    look(at);
    book.add(at);
    if (at - learnedAt >= DAY_MS && book.first !== undefined) {
      rhythm = learnRhythm({ hours: book.since(hourOf(at) - 1008), since: book.first, now: at, absences: [] });
      learnedAt = at;
    }
  }
  look(span.to);
  return alarms;
}

describe("false alarms and delay on simulated traffic", () => {
  const weeks = 6;
  const SEEDS = 4;
  const span = { from: MONDAY, to: MONDAY + weeks * WEEK_MS };
  const kinds = [
    // The name, the arrivals, and how soon a real silence must be told that begins on a Wednesday at 10:30.
    ["one in two minutes", (random: () => number) => arrivals(span, steady(30), { random }), 60 * MINUTE_MS],
    [
      "one in two minutes, by day more",
      (random: () => number) => arrivals(span, dayAndNight(30), { random }),
      2 * HOUR_MS,
    ],
    ["three an hour", (random: () => number) => arrivals(span, steady(3), { random }), 10 * HOUR_MS],
    ["bursts", (random: () => number) => arrivals(span, dayAndNight(10), { random, burst: 0.1 }), 5 * HOUR_MS],
    ["office hours", (random: () => number) => arrivals(span, officeHours(40), { random }), 10 * HOUR_MS],
    ["nightly", (random: () => number) => nightly(span, { random, events: 50 }), 24 * HOUR_MS],
  ] as const;

  test.each(kinds)("%s: hardly a false alarm, and a silence is told in time", (_name, make, delay) => {
    let falseAlarms = 0;
    let lived = 0;
    const delays: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const times = [...make(seeded(seed))];
      falseAlarms += live(times, span).length;
      lived += weeks;
      const stop = MONDAY + 4 * WEEK_MS + 2 * DAY_MS + 10.5 * HOUR_MS;
      const until = { from: span.from, to: stop + 5 * DAY_MS };
      const alarm = live(
        times.filter((at) => at < stop),
        until,
      ).at(-1);
      expect(alarm, "a real silence is told").toBeDefined();
      delays.push((alarm?.at ?? 0) - stop);
    }
    // Measured with more seeds: 2 in 216 sensor-weeks over all kinds; delays of 28 minutes (one in two minutes) to 20 hours (nightly).
    expect(falseAlarms / lived).toBeLessThanOrEqual(0.05);
    expect(Math.max(...delays)).toBeLessThanOrEqual(delay);
  });
});

describe("learning", () => {
  const history = (times: Iterable<Instant>, now: Instant) => {
    const book = new HourBook();
    for (const at of times) book.add(at);
    return { hours: book.since(0), since: book.first ?? 0, now, absences: [] };
  };

  test("nothing is claimed before a day has been heard", () => {
    const to = MONDAY + 20 * HOUR_MS;
    expect(learnRhythm(history(arrivals({ from: MONDAY, to }, steady(60), { random: seeded(1) }), to))).toBeUndefined();
  });

  test("one outage changes an allowance little", () => {
    const to = MONDAY + 4 * WEEK_MS;
    const all = [...arrivals({ from: MONDAY, to }, steady(60), { random: seeded(2) })];
    const gone = { from: MONDAY + 2 * WEEK_MS + 10 * HOUR_MS, to: MONDAY + 2 * WEEK_MS + 40 * HOUR_MS };
    const usual = learnRhythm(history(all, to));
    const after = learnRhythm(
      history(
        all.filter((at) => at < gone.from || at > gone.to),
        to,
      ),
    );
    const at = 10;
    expect(after?.allowedMs[at]).toBeLessThan((usual?.allowedMs[at] ?? 0) * 3);
    expect(after?.allowedMs[at]).toBeGreaterThanOrEqual(SHORTEST_ALLOWANCE_MS);
  });

  test("an office's hours are its usual ones, a rare source has none", () => {
    const to = MONDAY + 4 * WEEK_MS;
    const office = learnRhythm(history(arrivals({ from: MONDAY, to }, officeHours(40), { random: seeded(3) }), to));
    expect(office?.usual.filter(Boolean)).toHaveLength(50);
    const rare = learnRhythm(history(arrivals({ from: MONDAY, to }, steady(0.1), { random: seeded(3) }), to));
    expect(rare?.usual.every(Boolean)).toBe(true);
  });
});

describe("usual time", () => {
  const usualHours = fc.array(fc.boolean(), { minLength: 168, maxLength: 168 });
  const minutes = fc.integer({ min: 0, max: 14 * 24 * 60 }).map((n) => MONDAY + n * MINUTE_MS);
  const absence = fc
    .tuple(minutes, fc.integer({ min: 1, max: 3_000 }))
    .map(([from, length]) => ({ from, to: from + length * MINUTE_MS }));

  test("is what counting minute by minute gives", () => {
    fc.assert(
      fc.property(usualHours, minutes, fc.integer({ min: 0, max: 3_000 }), (usual, from, length) => {
        const to = from + length * MINUTE_MS;
        let counted = 0;
        for (let at = from; at < to; at += MINUTE_MS) if (usual[hourOfWeek(hourOf(at))]) counted += MINUTE_MS;
        expect(usualTime({ from, to }, usual)).toBe(counted);
      }),
    );
  });

  test("the moment after it has passed is the one counting minutes finds, absences left out", () => {
    fc.assert(
      fc.property(
        usualHours,
        minutes,
        fc.integer({ min: 1, max: 2_000 }),
        fc.option(absence),
        (usual, from, need, away) => {
          const absences = away === null ? [] : [away];
          const found = momentAfter(from, need * MINUTE_MS, { usual, absences });
          let left = need;
          let at = from;
          const isOut = (moment: Instant) => away !== null && away.from <= moment && moment < away.to;
          for (const end = from + 60 * DAY_MS; left > 0 && at < end; at += MINUTE_MS)
            if (usual[hourOfWeek(hourOf(at))] && !isOut(at)) left -= 1;
          if (left === 0) expect(found).toBe(at);
          else expect(found === null || found >= at).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
