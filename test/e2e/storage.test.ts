/** The storage room: what is kept and whether it is whole, terms and what goes by them, holds, the proof of an event. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EventProof, flawOfProof } from "../../src/modules/lake/index.ts";
import { words } from "./support/catalogue.ts";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import { governStorage, keepForWeeks, type StoredPlaces } from "./support/stored.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let places: StoredPlaces;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await keepForWeeks(stage);
  await openForBusiness(stage);
  places = await governStorage(stage);
});
afterAll(() => stage?.close());
beforeEach(async () => {
  view = await stage.as(SHIFT.admin);
});
afterEach(async () => {
  view.expectNoComplaints();
  await view.close();
});

async function saved(click: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([view.page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

describe("what is kept", () => {
  test("sources are sorted by any figure, and the sheet holds what is shown", async () => {
    await view.go("/storage");
    await view.shows("storage-source");
    const first = () => view.byId("storage-source").first().innerText();
    await view.byId("sort-lapses").click();
    await view.until(async () => (await first()).includes("may-chu-mien"), true);
    expect(view.search().get("sort")).toBe("lapses");
    await view.byId("sort-events").click();
    await view.until(async () => (await first()).includes("log-songlam"), true);
    const { name, text } = await saved(() => view.byId("storage-csv").click());
    expect(name).toMatch(/^khien-storage-\d{4}-\d\d-\d\d\.csv$/u);
    expect(text).toContain("begins_to_go");
    expect(text.trim().split("\r\n")).toHaveLength(4);
    expect(text).toContain("vn-ip-log");
  });

  test("a check is begun, and its result stays with the name of who asked", async () => {
    await view.go("/storage");
    await (await view.shows("check-quick")).click();
    await view.until(
      async () => (await view.byId("last-check").innerText()).includes(words("vi", "storage.check.quick.was")),
      true,
    );
    const told = await view.byId("last-check").innerText();
    expect(told).toContain(SHIFT.admin.username);
    expect(await view.byId("last-backup").innerText()).toContain("Sao lưu đêm");
  });

  test("who may only read sees everything and is told why nothing can be done", async () => {
    const viewer = await stage.as(SHIFT.viewer);
    await viewer.go("/storage");
    const check = await viewer.shows("check-quick");
    expect(await check.isDisabled()).toBe(true);
    expect(await check.getAttribute("title")).toBe(words("vi", "storage.admin_only"));
    await viewer.go("/storage/retention");
    await viewer.shows("drop-list");
    expect(await viewer.byId("apply").isDisabled()).toBe(true);
    expect(await viewer.byId("term-edit").count()).toBe(0);
    expect(await viewer.byId("storage-history").innerText()).toContain(words("vi", "storage.history.closed"));
    viewer.expectNoComplaints();
    await viewer.close();
  });
});

describe("how long it is kept", () => {
  test("a term says what it fits before it is saved, and can be taken back", async () => {
    await view.go("/storage/retention");
    await (await view.shows("term-new")).click();
    const dialog = await view.shows("term-dialog");
    await dialog.locator("[name=name]").fill("Tường lửa, 18 tháng");
    await view.byId("term-count").fill("18");
    await dialog.locator("select").selectOption("M");
    await view.byId("term-sensor").fill("tuong-lua-*");
    await view.until(async () => /\b1\b.*\b3\b/u.test(await view.byId("term-fits").innerText()), true);
    await view.byId("term-save").click();
    const row = view.byId("term-row").filter({ hasText: "Tường lửa, 18 tháng" });
    await row.waitFor();
    expect(await row.innerText()).toContain("18 tháng");
    await row.getByTestId("term-remove").click();
    await (await view.shows("term-remove-do")).click();
    await row.waitFor({ state: "detached" });
  });

  test("what is due goes only when its number is typed; what is held stays; the log has it", async () => {
    await view.go("/storage/retention");
    await view.shows("drop-list");
    expect(await view.byId("due-held").innerText()).toContain("17/2026");
    const due = await stage.admin.get<{ drops: { events: number; segment: string }[] }>("/api/v1/retention/preview");
    const events = due.drops.reduce((sum, drop) => sum + drop.events, 0);
    expect(events).toBeGreaterThan(0);
    await view.byId("apply").click();
    const typed = (await view.shows("apply-dialog")).locator("[name=events]");
    await typed.fill(String(events + 1));
    expect(await view.byId("apply-do").isDisabled()).toBe(true);
    await typed.fill(String(events));
    await view.byId("apply-do").click();
    await view.byId("drop-list").waitFor({ state: "detached" });
    const after = await stage.admin.get<{ drops: unknown[]; held: unknown[] }>("/api/v1/retention/preview");
    expect(after.drops).toEqual([]);
    expect(after.held.length).toBeGreaterThan(0);
    await view.until(
      async () => (await view.byId("storage-history").innerText()).includes(due.drops[0]?.segment ?? "?"),
      true,
    );
  });
});

describe("holds", () => {
  test("a hold is counted, placed, read and released with a reason", async () => {
    await view.go("/storage/holds");
    await (await view.shows("hold-new")).click();
    const dialog = await view.shows("hold-dialog");
    expect(await view.byId("hold-save").isDisabled()).toBe(true);
    await dialog.locator("[name=name]").fill("Vụ việc 21/2026");
    await dialog.locator("[name=reason]").fill("Yêu cầu bằng văn bản số 77");
    await dialog.locator("[name=sensors]").fill("tuong-lua-chi-nhanh-nghi-loc");
    await view.byId("hold-count").click();
    expect(await (await view.shows("hold-foreseen")).innerText()).toMatch(/\d+ phân đoạn/u);
    await view.byId("hold-save").click();
    const panel = await view.shows("hold-panel");
    await view.shows("hold-extent");
    expect(await panel.innerText()).toContain("Yêu cầu bằng văn bản số 77");
    expect(view.search().get("hold")).not.toBeNull();
    await view.byId("hold-release").click();
    await (await view.shows("release-dialog")).locator("[name=reason]").fill("Vụ việc đã khép lại");
    await view.byId("release-do").click();
    await view.until(async () => (await panel.innerText()).includes("Vụ việc đã khép lại"), true);
    await view.press("Escape");
    await panel.waitFor({ state: "detached" });
  });
});

describe("the proof of an event", () => {
  const ask = async (query: string, range: string) => {
    await view.go(`/hunt?range=${range}&q=${encodeURIComponent(query)}`);
    // Beside its values, which have menus of their own.
    await (await view.shows("event-row")).click({ position: { x: 30, y: 8 } });
    await (await view.shows("proof-ask")).click();
  };

  test("of a sealed event it is saved, and holds without the server", async () => {
    await ask(`id:${places.sealedEvent}`, "30d");
    await view.shows("proof-sealed");
    const { name, text } = await saved(() => view.byId("proof-save").click());
    expect(name).toBe(`khien-proof-${places.sealedEvent}.json`);
    expect(flawOfProof(EventProof.parse(JSON.parse(text)))).toBeUndefined();
  });

  test("of an event that is not sealed yet it says when to ask again", async () => {
    view.foresee(/status of 503 .*\/proof$/u);
    await ask('sensor:"gia-mao"', "24h");
    await view.shows("proof-pending");
  });
});

test("a token for backups can be made", async () => {
  await view.go("/settings/tokens");
  await (await view.shows("token-new")).click();
  const dialog = await view.shows("token-dialog");
  await dialog.locator("[name=name]").fill("Sao lưu đêm");
  await dialog.locator("select").first().selectOption("backup");
  expect(await dialog.innerText()).toContain(words("vi", "scope.backup.hint"));
  await view.byId("token-save").click();
  await view.shows("token-secret");
});
