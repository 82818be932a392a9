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

describe("addresses nobody speaks", () => {
  let doors: HttpDoors;
  beforeAll(async () => {
    doors = await openHttpDoors();
  });
  afterAll(() => doors.app.close());

  test.each([
    ["GET", "/elastic/_bulk"],
    ["GET", "/elastic/_search"],
    ["POST", "/elastic/logs/_doc"],
    ["PUT", "/elastic/_all"],
    ["DELETE", "/elastic/logs"],
    ["GET", "/services/collector/event"],
    ["POST", "/services/collector/s2s"],
    ["GET", "/v1/logs"],
    ["POST", "/v1/traces"],
  ] as const)("%s %s is told in the words of its door, and only to those who may send", async (method, url) => {
    const ask = (token: string) =>
      doors.app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, payload: "{}" });
    const answer = await ask(TOKEN);
    const told = answer.json() as Record<string, unknown>;
    const words = url.startsWith("/elastic") ? "error" : url.startsWith("/v1") ? "message" : "text";
    expect([answer.statusCode, Object.keys(told)]).toEqual([404, expect.arrayContaining([words])]);
    expect((await ask("khien_ingest_nobody")).statusCode).toBeGreaterThanOrEqual(401);
    expect(doors.counts()).toEqual([]);
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
      {
        door: "elastic",
        sensor: "web-1",
        deliveries: 2,
        accepted: 1,
        rejected: 1,
        refused: 1,
        bytes: 7,
        reasons: { not_object: 1 },
      },
    ]);
    doors.refusal = undefined;
    await send("no action line\n");
    expect(doors.counts()).toMatchObject([{ deliveries: 3, rejected: 1, reasons: { not_object: 1, request: 1 } }]);
  });
});
