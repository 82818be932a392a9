import { beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/index.ts";
import { openRecords, type Records } from "../db/index.ts";
import { silentLog } from "../log/index.ts";
import { Outbox, outboxMigrations } from "./index.ts";

let records: Records;
let outbox: Outbox;

beforeEach(() => {
  records = openRecords({ file: ":memory:", migrations: outboxMigrations });
  outbox = new Outbox({ records, clock: new ManualClock(0), log: silentLog });
});

const tell = (...payloads: unknown[]) =>
  records.transaction(async (tx) => {
    for (const payload of payloads) await outbox.publish(tx, { topic: "t", payload });
  });

describe("outbox", () => {
  test("delivers in order, once, with growing sequence", async () => {
    const heard: [unknown, number][] = [];
    outbox.on("t", async (payload, seq) => void heard.push([payload, seq]));
    await tell(1, { two: 2 });
    await tell("three");
    await outbox.wake();
    await outbox.wake();
    expect(heard.map(([payload]) => payload)).toEqual([1, { two: 2 }, "three"]);
    expect(heard.map(([, seq]) => seq)).toEqual([1, 2, 3]);
  });

  test("news of a transaction that failed never existed", async () => {
    const heard: unknown[] = [];
    outbox.on("t", async (payload) => void heard.push(payload));
    const failing = records.transaction(async (tx) => {
      await outbox.publish(tx, { topic: "t", payload: "never" });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await outbox.wake();
    expect(heard).toEqual([]);
  });

  test("a failing reaction holds the queue and is tried again", async () => {
    const heard: unknown[] = [];
    let broken = true;
    outbox.on("t", async (payload) => {
      if (broken && payload === 2) throw new Error("later");
      heard.push(payload);
    });
    await tell(1, 2, 3);
    await outbox.wake();
    expect(heard).toEqual([1]);
    broken = false;
    await outbox.wake();
    expect(heard).toEqual([1, 2, 3]);
  });

  test("news published while another is delivered is delivered too", async () => {
    const heard: unknown[] = [];
    outbox.on("t", async (payload) => {
      heard.push(payload);
      if (payload === "first") await tell("second");
    });
    await tell("first");
    await outbox.wake();
    expect(heard).toEqual(["first", "second"]);
  });
});
