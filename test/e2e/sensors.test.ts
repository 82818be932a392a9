/** Which sensors need somebody, why, and what is stated about them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SHIFT } from "./support/people.ts";
import { HEALTHY_SENSOR, liveForWeeks, SILENT_SENSOR } from "./support/sensors.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let view: View;
let alert: string;
beforeAll(async () => {
  stage = await Stage.open();
  alert = await liveForWeeks(stage);
});
afterAll(() => stage?.close());
beforeEach(async () => {
  view = await stage.as(SHIFT.admin);
});
afterEach(async () => {
  view.expectNoComplaints();
  await view.close();
});

const rows = () =>
  view.page.evaluate<string[]>(
    "[...document.querySelectorAll('[data-testid=sensor-row]')].map((row) => row.dataset.key)",
  );

test("the most urgent stand first, filters and keys lead to one, its address is kept", async () => {
  await view.go("/sensors");
  await view.shows("sensor-row");
  expect((await rows())[0]).toBe(SILENT_SENSOR);
  expect((await rows()).at(-1)).toBe(HEALTHY_SENSOR);
  await view.byId("filter-attention").click();
  await view.until(async () => (await rows()).includes(HEALTHY_SENSOR), false);
  await view.go("/sensors?state=attention");
  await view.shows("sensor-row");
  await view.press("j", "Enter");
  await view.shows("sensor-health");
  expect(new URL(view.page.url()).searchParams.get("sensor")).toBe(SILENT_SENSOR);
  await view.press("Escape");
  await view.until(() => view.byId("sensor-panel").count(), 0);
});

test("what is stated is saved once, told in the list, and only what changed is in the audit log", async () => {
  await view.go(`/sensors?sensor=${HEALTHY_SENSOR}&tab=settings`);
  await view.shows("sensor-form");
  const save = view.byId("sensor-save");
  expect(await save.isDisabled()).toBe(true);
  await view.byId("sensor-critical").check();
  await save.click();
  await view.until(() => save.isDisabled(), true);
  const { items } = await stage.admin.get<{ items: { name: string; critical: boolean }[] }>("/api/v1/sensors");
  expect(items.find(({ name }) => name === HEALTHY_SENSOR)?.critical).toBe(true);
  const entries = await stage.admin.all<{ details: object }>("/api/v1/audit?verb=ingest.sensor.changed&limit=10");
  expect(entries[0]?.details).toEqual({ critical: true });
});

test("a silence as an alert leads to its sensor; the watch floor leads to what needs somebody", async () => {
  await view.go(`/alerts?status=all&alert=${alert}`);
  const why = await view.shows("sensor-why");
  await why.getByRole("link").click();
  await view.shows("sensor-health");
  await view.go("/watch");
  await (await view.shows("sensors-attention")).click();
  await view.shows("sensor-row");
  expect(await rows()).not.toContain(HEALTHY_SENSOR);
});
