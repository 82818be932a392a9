import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "../clock/index.ts";
import type { Principal } from "../http/index.ts";
import { LiveChannel, type LiveMessage } from "../live/index.ts";
import { Presence } from "./index.ts";
import { PresenceRequest } from "./schemas.ts";

const person = (id: string): Principal => ({ kind: "user", id, name: id, permissions: new Set(["alerts.read"]) });
let clock: ManualClock;
let told: LiveMessage[];
let presence: Presence;
beforeEach(() => {
  clock = new ManualClock(0);
  told = [];
  const live = new LiveChannel();
  live.subscribe((message) => told.push(message));
  presence = new Presence({
    clock,
    live,
    mayLook: async (who, object) => object !== "case:secret" || who.id === "lan",
    nameOf: async (id) => `Name of ${id}`,
  });
});
const look = (id: string, object = "alert:1", doing: "looking" | "writing" | "gone" = "looking") =>
  presence.say(person(id), { object, doing });
const names = async (id: string) => (await presence.list(person(id))).items.map((at) => at.people.map((one) => one.id));

test("who comes second learns who is there; it is told once, not every 20 seconds", async () => {
  await look("lan");
  expect((await look("minh")).people.map(({ name }) => name)).toEqual(["Name of lan", "Name of minh"]);
  clock.advance(20_000);
  await look("lan");
  expect(told.length).toBe(2);
  await look("lan", "alert:1", "writing");
  expect(told.length).toBe(3);
});

test("who says nothing for 45 seconds has gone, who says so has gone at once", async () => {
  await look("lan");
  clock.advance(30_000);
  await look("minh");
  clock.advance(16_000);
  presence.expire();
  expect(await names("minh")).toEqual([["minh"]]);
  await look("minh", "alert:1", "gone");
  expect(await names("minh")).toEqual([]);
});

test("what a person may not see has nobody at it, and the news names neither it nor them", async () => {
  await look("lan", "case:secret");
  expect(await names("minh")).toEqual([]);
  await expect(look("minh", "case:secret")).rejects.toMatchObject({ code: "presence.object.missing" });
  expect(JSON.stringify(told)).not.toMatch(/secret|lan/u);
});

test("one person is at 20 objects at most, 50 people at one", async () => {
  for (let n = 0; n < 30; n += 1) await look("lan", `alert:${n}`);
  expect((await names("lan")).length).toBe(20);
  for (let n = 0; n < 60; n += 1) await look(`p${n}`, "alert:0");
  expect((await names("lan")).map((people) => people.length)[0]).toBe(50);
});

test.each(["alert", "alert:", "alert:a b", "ALERT:1", "alert:../x", `alert:${"x".repeat(65)}`])(
  "%s is no object",
  (object) => {
    expect(PresenceRequest.safeParse({ object, doing: "looking" }).success).toBe(false);
  },
);
