import { describe, expect, test } from "vitest";
import type { StoredEvent } from "../../api/types.ts";
import { afterDeed, MAX_LIVE_ROWS, NO_TAIL, type Tail } from "./tail.ts";

const event = (n: number) => ({ id: String(n) }) as StoredEvent;
const news = (from: number, count: number, held = false, missed = { notShown: 0, notExamined: 0 }) =>
  ({
    kind: "news",
    held,
    news: { events: Array.from({ length: count }, (_, at) => event(from + at)), ...missed },
  }) as const;
const ids = (events: readonly StoredEvent[]) => events.map(({ id }) => Number(id));

describe("a list that follows", () => {
  test("newest first, bounded, and counting what it saw", () => {
    let tail: Tail = NO_TAIL;
    for (let from = 0; from < 600; from += 50) tail = afterDeed(tail, news(from, 50));
    expect(tail.shown).toHaveLength(MAX_LIVE_ROWS);
    expect(ids(tail.shown).slice(0, 2)).toEqual([599, 598]);
    expect(tail.seen).toBe(600);
  });

  test("while held nothing moves; released, what waited comes on top", () => {
    const before = afterDeed(NO_TAIL, news(0, 2));
    const held = afterDeed(afterDeed(before, news(2, 1, true)), news(3, 1, true));
    expect(ids(held.shown)).toEqual([1, 0]);
    expect(ids(held.waiting)).toEqual([3, 2]);
    expect(ids(afterDeed(held, { kind: "release" }).shown)).toEqual([3, 2, 1, 0]);
    expect(ids(afterDeed(held, news(4, 1)).shown)).toEqual([4, 3, 2, 1, 0]);
  });

  test("what was skipped adds up, and a break is counted once", () => {
    const missed = { notShown: 7, notExamined: 3 };
    const tail = afterDeed(afterDeed(NO_TAIL, news(0, 1, false, missed)), news(1, 1, true, missed));
    expect(tail).toMatchObject({ notShown: 14, notExamined: 6 });
    const lost = afterDeed(afterDeed(tail, { kind: "lost" }), { kind: "lost" });
    expect(lost).toMatchObject({ state: "lost", gaps: 1 });
    expect(afterDeed(lost, { kind: "open" })).toMatchObject({ state: "following", gaps: 1, notShown: 14 });
  });
});
