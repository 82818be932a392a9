import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpDoors, openHttpDoors, TOKEN } from "../../../../test/doors/http-doors.ts";
import { Fault } from "../../../kernel/index.ts";
import { MAX_COUNTED_SENSORS } from "../limits.ts";
import { DoorCounters } from "./counters.ts";
import { Gate } from "./gate.ts";
import { tokenIn } from "./tokens.ts";

test("a gate lets so many in, and the next when one has left, whatever came of it", async () => {
  const gate = new Gate(1);
  let leave = (): void => {};
  const inside = gate.through(() => new Promise<void>((_, reject) => (leave = () => reject(new Error("gone")))));
  await expect(gate.through(async () => 1)).rejects.toMatchObject({ kind: "busy", retryAfterSeconds: 1 });
  leave();
  await expect(inside).rejects.toThrow("gone");
  expect(await gate.through(async () => 2)).toBe(2);
});

test("sensors beyond the bound are counted together", () => {
  const counters = new DoorCounters();
  const one = { accepted: 2, rejected: 1, bytes: 9, at: 5 };
  for (let i = 0; i < MAX_COUNTED_SENSORS + 10; i++) counters.count("elastic", `s${i}`, one);
  counters.count("elastic", "s0", { ...one, refused: true });
  const counts = counters.list();
  expect(counts).toHaveLength(MAX_COUNTED_SENSORS + 1);
  expect(counts[0]).toMatchObject({ sensor: "s0", deliveries: 2, accepted: 4, rejected: 2, refused: 1, lastAt: 5 });
  expect(counts.at(-1)).toMatchObject({ sensor: "…", deliveries: 10, accepted: 20 });
});

describe("tokens in headers", () => {
  test.each([
    ["", undefined],
    ["Bearer", undefined],
    ["Bearer other", undefined],
    ["Basic Og==", undefined],
    [`Basic ${Buffer.from("khien_a:khien_b").toString("base64")}`, "khien_b"],
    [`Bearer ${"khien_".padEnd(600, "x")}`, undefined],
    ["Bearer khien_a b", undefined],
    ["bearer khien_a", "khien_a"],
  ])("%j", (header, token) => {
    expect(tokenIn(header, ["bearer"])).toBe(token);
  });
});

describe("counting", () => {
  let doors: HttpDoors;
  beforeAll(async () => {
    doors = await openHttpDoors();
  });
  afterAll(() => doors.app.close());

  test("what is taken, what is wrong, what is put off", async () => {
    const send = (payload: string) =>
      doors.app.inject({
        method: "POST",
        url: "/elastic/_bulk?sensor=web-1",
        headers: { authorization: `Bearer ${TOKEN}` },
        payload,
      });
    await send('{"create":{}}\n{"a":1}\n{"create":{}}\nno JSON\n');
    doors.refusal = new Fault("busy", "lake.journal.busy", "busy", {}, 1);
    await send('{"create":{}}\n{"a":1}\n');
    expect(doors.counts()).toMatchObject([
      { door: "elastic", sensor: "web-1", deliveries: 2, accepted: 1, rejected: 1, refused: 1 },
    ]);
  });
});
