/** Hunting as work: written with help, followed live, kept, shared, put on a schedule, read in the alert it raised. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { words } from "./support/catalogue.ts";
import { runHuntsAt } from "./support/kept-hunts.ts";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

const MINUTE_MS = 60_000;

let stage: Stage;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
  view = await stage.as(SHIFT.admin);
});
afterAll(() => stage?.close());
afterEach(() => view.expectNoComplaints());

const query = () => view.search().get("q");
const box = () => view.byId("hunt-query");
const options = () => view.byId("suggest-option").allInnerTexts();
const openHunt = async (search = "") => {
  await view.go(`/hunt${search}`);
  await view.shows("event-row");
};

async function line(text: string): Promise<void> {
  const sender = await stage.server.withToken("ingest");
  await sender.deliver(`${text}\n`, { type: "text/plain", query: { sensor: "truc-tiep" } });
  await stage.server.settled();
}

test("fields, values and commands are offered, and taken from the keyboard", async () => {
  await openHunt();
  await box().pressSequentially("sen");
  await view.shows("suggest");
  expect((await options())[0]).toMatch(/^sensor/u);
  await view.press("Tab");
  expect(await box().inputValue()).toBe("sensor:");
  await box().pressSequentially("gia");
  await view.until(async () => (await options())[0]?.startsWith("gia-mao"), true);
  expect(await box().getAttribute("aria-activedescendant")).toBeNull();
  await view.press("ArrowDown");
  const active = await box().getAttribute("aria-activedescendant");
  expect(await view.page.locator(`[id="${active}"]`).getAttribute("aria-selected")).toBe("true");
  await view.press("Enter");
  expect(await box().inputValue()).toBe("sensor:gia-mao ");
  expect(query()).toBeNull();
  await box().pressSequentially("| st");
  await view.until(async () => (await options())[0]?.startsWith("stats"), true);
  await view.press("Escape");
  await view.byId("suggest").waitFor({ state: "detached" });
  await box().pressSequentially("ats count()");
  await view.press("Enter");
  await view.until(query, "sensor:gia-mao | stats count()");
  await view.shows("answer-table");
});

test("while an input method composes, no key of ours is taken", async () => {
  await openHunt();
  await box().pressSequentially("ho");
  await view.shows("suggest");
  await box().dispatchEvent("compositionstart");
  await view.byId("suggest").waitFor({ state: "detached" });
  await view.press("Enter");
  expect(query()).toBeNull();
  await box().dispatchEvent("compositionend");
});

test("an empty box offers what was run before; an example of the help runs", async () => {
  await openHunt();
  await box().fill("sensor:wec-songlam");
  await view.press("Enter");
  await view.until(query, "sensor:wec-songlam");
  await openHunt();
  await box().click();
  await view.until(async () => (await options())[0], "sensor:wec-songlam");
  await view.press("ArrowDown", "Enter");
  await view.until(query, "sensor:wec-songlam");
  await view.byId("hunt-help").click();
  await (await view.shows("syntax-help")).getByText("* | top 10 process").click();
  await view.until(query, "* | top 10 process");
  await view.shows("answer-table");
});

test("a live view follows what matches, holds still when asked, and goes on", async () => {
  await openHunt("?q=sensor%3Atruc-tiep%20or%20sensor%3Awec-songlam");
  await view.press("l");
  const state = () => view.byId("live-state").getAttribute("data-state");
  await view.until(state, "following");
  const rows = () => view.byId("event-row").count();
  await line("mot");
  await view.until(rows, 1);
  await view.press("l");
  await view.until(state, "paused");
  await line("hai");
  await view.shows("live-waiting");
  expect(await rows()).toBe(1);
  await view.press("l");
  await view.until(rows, 2);
  expect(await view.byId("event-row").first().innerText()).toContain("hai");
  await view.press("j");
  await line("ba");
  await view.byId("live-waiting").click();
  await view.until(rows, 3);
  await view.press("Escape");
  await view.byId("live-view").waitFor({ state: "detached" });
  await view.go(`/hunt?q=${encodeURIComponent("* | top 5 host")}`);
  await view.shows("answer-table");
  expect(await view.byId("live-start").isDisabled()).toBe(true);
});

test("a fixed link shows the same span and columns to a colleague", async () => {
  await openHunt("?q=sensor%3Awec-songlam&cols=Image");
  await view.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await view.byId("hunt-share").click();
  await view.byId("link-fixed").click();
  await view.shows("toast");
  const link = await view.page.evaluate<string>("navigator.clipboard.readText()");
  expect(new URL(link).search).toMatch(/^\?link=/u);
  const colleague = await stage.as(SHIFT.viewer);
  await colleague.page.goto(link);
  await colleague.shows("event-row");
  await colleague.until(() => colleague.search().get("cols"), "Image");
  expect(colleague.search().has("from") && colleague.search().has("at")).toBe(true);
  expect(await colleague.byId("hunt-save").count()).toBe(0);
  colleague.expectNoComplaints();
  await colleague.close();
});

test("a hunt is kept, scheduled with its effect seen first, and its alert leads back to it", async () => {
  const asked = "sensor:wec-songlam | stats count(), dc(user) as users by host | where users:>1";
  await view.go(`/hunt?q=${encodeURIComponent(asked)}`);
  await view.shows("answer-table");
  await view.byId("hunt-save").click();
  await view.byId("save-name").fill("Máy có nhiều người dùng");
  await view.byId("save-shared").check();
  await view.byId("save-submit").click();
  await (await view.shows("opened-hunt")).click();
  await view.shows("saved-panel");
  await view.byId("hunt-schedule").click();
  const preview = await view.shows("schedule-preview");
  await view.byId("schedule-lookback").fill("0");
  expect(await view.byId("schedule-submit").isDisabled()).toBe(true);
  await view.byId("schedule-lookback").fill("24");
  await view.byId("schedule-every").fill("5");
  await view.until(async () => Number((await preview.innerText()).replace(/\D/gu, "")) > 0, true);
  await view.byId("schedule-submit").click();
  await view.shows("schedule-facts");
  await runHuntsAt(stage, Date.now() + 6 * MINUTE_MS);
  await view.page.reload();
  await view.shows("hunt-run-row");
  await view.byId("hunt-alerts").click();
  await (await view.shows("alert-row")).click();
  await view.shows("hunt-why");
  expect(await view.byId("hunt-row").innerText()).toContain("users");
  expect(await view.byId("action-exception").count()).toBe(0);
  await view.byId("panel-saved-hunt").click();
  await view.shows("saved-panel");
});

test("the list is walked with keys, filtered, and a rule's address of a hunt leads here", async () => {
  await view.go("/hunt/saved");
  await view.shows("saved-row");
  await view.press("j", "Enter");
  await view.shows("saved-panel");
  const id = view.search().get("hunt");
  await view.press("Escape");
  await view.byId("saved-panel").waitFor({ state: "detached" });
  await view.byId("filter-text").fill("không có gì như vậy");
  await view.until(() => view.byId("saved-row").count(), 0);
  expect(await view.byId("empty").innerText()).toContain(words("vi", "saved.none.filtered"));
  await view.go(`/rules/hunt:${id}`);
  await view.shows("saved-panel");
  // The panel may ask once more for what has just gone.
  view.foresee(/status of 404 .*\/api\/v1\/saved-hunts\//u);
  await view.byId("hunt-remove").click();
  await view.byId("remove-submit").click();
  await view.byId("saved-panel").waitFor({ state: "detached" });
  await view.until(() => view.byId("saved-row").count(), 0);
});
