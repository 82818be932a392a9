import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Figure, METRICS, type MetricName } from "./core/figures.ts";
import { quantile } from "./core/metrics.ts";
import { TriageFigures } from "./figures.ts";
import type { AlertRecord, HistoryRecord } from "./records.ts";
import { LAN, MINH, NOW, openQueue, type TestQueue } from "./testdata/queue.ts";

const MINUTE_MS = 60_000;
const RANGE = { from: NOW - 1, to: NOW + 1_000 * MINUTE_MS, exercise: "exclude" } as const;

/** One thing that happens on a shift; `a` and `b` choose among the alerts there are. */
const deed = fc.record({
  kind: fc.constantFrom(
    "raise",
    "raise",
    "raise late",
    "raise exercise",
    "view",
    "take",
    "close",
    "judge",
    "contain",
    "resolve",
    "reopen",
    "snooze",
    "wake",
    "merge",
    "unmerge",
    "split",
    "undo",
  ),
  a: fc.nat(30),
  b: fc.nat(30),
  minutes: fc.integer({ min: 0, max: 40 }),
  byLan: fc.boolean(),
});
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

class Shift {
  readonly queue: TestQueue;
  #n = 0;
  #undoIds: string[] = [];

  constructor(queue: TestQueue) {
    this.queue = queue;
  }

  async do({ kind, a, b, minutes, byLan }: Deed): Promise<void> {
    const { queue } = this;
    const by = byLan ? LAN : MINH;
    queue.clock.advance(minutes * MINUTE_MS);
    if (kind.startsWith("raise")) {
      this.#n += 1;
      const now = queue.clock.now();
      const at = now - (kind === "raise late" ? b * 60 * MINUTE_MS : b * 1_000);
      const exercise = kind === "raise exercise" ? { exercise: "x" } : {};
      await queue.raise({ n: this.#n, host: `h${a % 4}`, user: `u${b % 3}`, at, ...exercise });
      return;
    }
    const alerts = await queue.queue();
    const one = alerts[a % Math.max(1, alerts.length)];
    const two = alerts[b % Math.max(1, alerts.length)];
    if (one === undefined || two === undefined) return;
    const undoId = await this.#act(kind, { one, two, by, minutes });
    if (undoId != null) this.#undoIds.push(undoId);
  }

  async #act(
    kind: string,
    { one, two, by, minutes }: { one: AlertRecord; two: AlertRecord; by: typeof LAN; minutes: number },
  ): Promise<string | null> {
    const { triage, clock } = this.queue;
    const act = async (action: Parameters<typeof triage.act>[1]) => (await triage.act([one.id], action, by)).undoId;
    if (kind === "view") await triage.view(one.id, by);
    if (kind === "take") return act({ action: "take" });
    if (kind === "close") return act({ action: "close", reason: "benign" });
    if (kind === "judge") return act({ action: "judge", verdict: "true_positive" });
    if (kind === "contain") return act({ action: "contain" });
    if (kind === "resolve") return act({ action: "resolve" });
    if (kind === "reopen") return act({ action: "reopen" });
    if (kind === "snooze") return act({ action: "snooze", until: clock.now() + (minutes + 1) * MINUTE_MS });
    if (kind === "wake") return act({ action: "wake" });
    if (kind === "merge") return (await triage.merge([one.id, two.id], by)).undoId;
    if (kind === "unmerge") return act({ action: "unmerge" });
    if (kind === "split") return (await triage.split(one.id, { kind: "user", value: "u1" }, by)).undoId;
    const last = this.#undoIds.pop();
    if (kind === "undo" && last !== undefined) await triage.undo(last, by);
    return null;
  }
}

/** The definitions of docs/metrics.md, read word by word from history and findings, one metric after the other. */
async function recount(queue: TestQueue, now: number): Promise<Figure[]> {
  const took = new Map<MetricName, number[]>(METRICS.map((metric) => [metric, []]));
  const waits = new Map<MetricName, number[]>(METRICS.map((metric) => [metric, []]));
  for (const { id, exerciseId } of await queue.queue()) {
    const { alert, history } = await queue.alerts.get(id);
    const said = history.filter((step) => step.action !== "undo" && !history.some((other) => other.undoes === step.id));
    if (exerciseId !== null || lastState(history)?.status === "merged") continue;
    const found = (await queue.alerts.findings(id, { after: undefined, limit: 1_000 })).items;
    const occurred = Math.min(...found.map(({ time }) => time));
    const again = said.findLastIndex(({ action }) => action === "reopen");
    const current = said.slice(again + 1);
    const first = (steps: readonly HistoryRecord[], ...actions: string[]): number | undefined =>
      steps.find(({ action }) => actions.includes(action))?.at;
    const view = history.find(({ actor }) => actor.id !== "system")?.at;
    const ack = first(said, "take", "assign", "judge", "contain", "resolve", "close");
    const resolved = first(current, "resolve", "close");
    const note = (metric: MetricName, from: number | undefined, to: number | undefined) => {
      if (from === undefined) return;
      if (to !== undefined) took.get(metric)?.push(to - from);
      else if (first(current, "close") === undefined && metric !== "contain") waits.get(metric)?.push(now - from);
    };
    // The fixture's events arrive when they are detected.
    const oldest = found.filter(({ time }) => time === occurred).map(({ detectedAt }) => detectedAt);
    note("ingest", occurred, Math.max(occurred, Math.min(...oldest)));
    note("detect", occurred, Math.max(occurred, alert.createdAt));
    note("acknowledge", alert.createdAt, ack);
    note("unattended", alert.createdAt, view ?? now);
    note("qualify", alert.createdAt, first(current, "judge", "close"));
    note("contain", alert.createdAt, first(current, "contain"));
    note("respond", ack, resolved);
  }
  const spread = (values: readonly number[] = []) => ({
    n: values.length,
    medianMs: quantile(values, 0.5),
    p90Ms: quantile(values, 0.9),
  });
  return METRICS.map((metric) => ({ metric, ...spread(took.get(metric)), waiting: spread(waits.get(metric)) }));
}

function lastState(history: readonly HistoryRecord[]) {
  return history.findLast(({ after }) => after !== null)?.after;
}

describe("figures of triage", () => {
  test(
    "equal a recount of the history, whatever happens: late events, undone, reopened, merged, split, asleep, exercises",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (deeds) => {
          const queue = await openQueue();
          try {
            const shift = new Shift(queue);
            await queue.raise({ n: 1_000, host: "h0", user: "u1" }, { n: 1_001, host: "h1", user: "u2" });
            for (const one of deeds) await shift.do(one);
            await queue.triage.wakeDue();
            const figures = new TriageFigures({ records: queue.records, clock: queue.clock });
            const asked = await figures.ask({ ...RANGE, to: queue.clock.now() + 1 });
            const counted = await recount(queue, queue.clock.now());
            expect(asked.figures).toEqual(counted);
          } finally {
            await queue.close();
          }
        }),
        { numRuns: 15 },
      );
    },
  );

  test("a late event that is older moves detection back, and its arrival with it", async () => {
    const queue = await openQueue();
    await queue.raise({ n: 1, at: NOW - 5 * MINUTE_MS });
    await queue.raise({ n: 2, at: NOW - 60 * MINUTE_MS });
    const figures = new TriageFigures({ records: queue.records, clock: queue.clock });
    const { figures: found } = await figures.ask(RANGE);
    expect(found.find(({ metric }) => metric === "detect")?.medianMs).toBe(60 * MINUTE_MS);
    expect(found.find(({ metric }) => metric === "ingest")?.medianMs).toBe(60 * MINUTE_MS);
    await queue.close();
  });

  test("undoing a merge gives the oldest event back to the alert it belongs to", async () => {
    const queue = await openQueue();
    await queue.raise({ n: 1, host: "h1" }, { n: 2, host: "h2", at: NOW - 60 * MINUTE_MS });
    const ids = (await queue.queue()).map(({ id }) => id);
    const { undoId } = await queue.triage.merge(ids, LAN);
    await queue.triage.undo(undoId ?? "", LAN);
    const figures = new TriageFigures({ records: queue.records, clock: queue.clock });
    const { figures: found } = await figures.ask(RANGE);
    expect(found.find(({ metric }) => metric === "detect")?.medianMs).toBe(30 * MINUTE_MS);
    await queue.close();
  });

  test("facts that are lost are folded again from the history", async () => {
    const queue = await openQueue();
    await queue.raise({ n: 1 }, { n: 2, host: "h2" });
    const [one] = await queue.queue();
    queue.clock.advance(MINUTE_MS);
    await queue.triage.act([one?.id ?? ""], { action: "close", reason: "benign" }, LAN);
    const figures = new TriageFigures({ records: queue.records, clock: queue.clock });
    const { figures: before } = await figures.ask(RANGE);
    await queue.forgetFacts();
    expect((await figures.ask(RANGE)).alerts).toBe(0);
    expect(await queue.triage.foldMissing()).toBe(2);
    const after = (await figures.ask(RANGE)).figures;
    expect(after).toEqual(before);
    await queue.close();
  });

  test("the range before, groups and pieces add up; exercises are apart", async () => {
    const queue = await openQueue();
    await queue.raise({ n: 1 }, { n: 2, rule: "r2", level: "low" }, { n: 3, host: "h3", exercise: "x" });
    queue.clock.advance(100 * MINUTE_MS);
    await queue.raise({ n: 4, host: "h4" });
    const figures = new TriageFigures({ records: queue.records, clock: queue.clock });
    const middle = NOW + 50 * MINUTE_MS;
    const asked = await figures.ask({ from: middle, to: middle + 60 * MINUTE_MS, exercise: "exclude", by: "level" });
    expect([asked.alerts, asked.before.alerts]).toEqual([1, 2]);
    const all = await figures.ask({ ...RANGE, by: "rule" });
    expect(all.groups.map(({ key, alerts, title }) => [key, alerts, title])).toEqual([
      ["r1", 2, "Rule r1"],
      ["r2", 1, "Rule r2"],
    ]);
    expect((await figures.ask({ ...RANGE, exercise: "only" })).alerts).toBe(1);
    await queue.close();
  });
});
