/** From one value to whom it belongs to, what ran, who was logged on, and the page that keeps it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type InvestigationPlaces, investigate, USER, VICTIM } from "./support/investigated.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let view: View;
let places: InvestigationPlaces;
beforeAll(async () => {
  stage = await Stage.open();
  places = await investigate(stage);
  view = await stage.as(SHIFT.admin);
});
afterAll(() => stage?.close());
afterEach(() => view.expectNoComplaints());

const path = () => decodeURIComponent(new URL(view.page.url()).pathname);
const opened = () => view.search().get("open");

test("a value opens the page of whom it names, and a brush there narrows the range", async () => {
  await view.go(`/hunt?range=24h&q=${encodeURIComponent(`user:"${USER}"`)}`);
  await view.shows("event-row");
  await view.page.locator("[data-testid=event-row] button[data-field=user]").first().focus();
  await view.press("o");
  await view.shows("value-menu");
  await view.byId("value-entity").click();
  await view.until(path, `/entities/user/${USER}`);
  await view.shows("neighbour");
  expect(await view.byId("neighbours").innerText()).toContain(VICTIM);
  const plot = view.page.locator("[data-testid=chart] .u-over");
  const box = await plot.boundingBox();
  if (box === null) throw new Error("the chart has no size");
  await view.page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await view.page.mouse.down();
  await view.page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 4 });
  await view.page.mouse.up();
  await view.until(() => view.search().has("from") && view.search().has("to"), true);
});

test("what nobody has told of says so, and where else to look", async () => {
  await view.go("/entities/domain/khong-co.example");
  await view.shows("empty");
  expect(await view.byId("empty").locator("a[href^='/hunt']").count()).toBe(1);
});

test("an event of a process leads to its tree; the keys walk, fold and open", async () => {
  await view.go(`/hunt?range=24h&q=${encodeURIComponent("ProcessId:4804 EventID:1")}`);
  await (await view.shows("event-row")).click();
  await view.byId("event-tree").first().click();
  await view.shows("process-tree");
  const rows = view.byId("tree-row");
  await view.until(() => rows.count(), 9);
  const asked = view.page.locator(".tree-row.asked");
  expect(await asked.innerText()).toContain("powershell.exe");
  await asked.focus();
  await view.press("ArrowLeft");
  await view.until(() => rows.count(), 5);
  await view.press("ArrowRight");
  await view.until(() => rows.count(), 9);
  await view.press("ArrowRight", "Enter");
  await view.shows("process-panel");
  expect(await view.byId("process-panel").innerText()).toContain("whoami");
  const whoami = opened();
  await view.page.locator(`[data-row="${whoami}"]`).focus();
  await view.press("ArrowDown");
  await view.until(async () => (await view.byId("process-panel").innerText()).includes("net.exe"), true);
  expect(opened()).not.toBe(whoami);
});

test("a host's forest folds many siblings and says how many", async () => {
  await view.go(`/process-tree?host=${VICTIM}`);
  const more = await view.shows("tree-more");
  expect(await more.innerText()).toMatch(/\d+/u);
  const before = await view.byId("tree-row").count();
  await more.click();
  await view.until(async () => (await view.byId("tree-row").count()) > before, true);
});

test("log-ons of a user with what was done in one, and the search that gives its events", async () => {
  await view.go(`/sessions?user=${encodeURIComponent(USER)}`);
  const rows = view.byId("session-row");
  await view.until(() => rows.count(), 2);
  await rows.last().click();
  const done = await view.shows("session-done");
  expect(await done.innerText()).toContain("whoami.exe");
  await view.byId("session-hunt").click();
  await view.shows("event-row");
  expect(view.search().get("q")).toContain('LogonId:"0x5f3a1c"');
});

test("a search becomes a frozen result of a new notebook; text is added, moved, and left out again", async () => {
  await view.go(`/hunt?range=24h&q=${encodeURIComponent(`host:"${VICTIM}" EventID:4624`)}`);
  await view.shows("event-row");
  await view.byId("addto").click();
  await view.byId("addto-book").selectOption("");
  await view.byId("addto-title").fill("Đăng nhập lạ trên PC-KT07");
  await view.byId("addto-do").click();
  const frozen = await view.shows("frozen-result");
  expect(await frozen.getByTestId("result-row").count()).toBe(3);
  await view.byId("add-text").click();
  await view.byId("cell-text").fill("# Nhận xét\nKhông **rõ** nguồn. <img src=x onerror=alert(1)>");
  await view.press("Control+Enter");
  await view.until(() => view.byId("cell").count(), 2);
  expect(await view.page.locator(".note h2").innerText()).toBe("Nhận xét");
  expect(await view.page.locator(".note img").count()).toBe(0);
  await view.byId("cell").nth(1).hover();
  await view.byId("cell-up").nth(1).click();
  await view.until(() => view.byId("cell").first().locator(".note").count(), 1);
  await view.byId("cell").nth(1).hover();
  await view.byId("cell-remove").nth(1).click();
  await view.until(() => view.byId("cell").count(), 1);
  await view.until(async () => (await view.byId("notebook-seal").innerText()).includes("4 mục"), true);
  await view.byId("tab-history").click();
  await view.until(() => view.byId("notebook-history").locator("li").count(), 4);
  await view.byId("as-it-was").nth(2).click();
  await view.shows("notebook-past");
  expect(await view.byId("cell-edit").count()).toBe(0);
});

test("two tabs: the second is told what the first wrote, and loses nothing", async () => {
  view.foresee(/status of 409 .*\/changes$/u);
  const other = await stage.as(SHIFT.admin);
  await view.go(`/hunt/notebooks/${places.notebook}`);
  await other.go(`/hunt/notebooks/${places.notebook}`);
  await view.shows("frozen-result");
  await other.shows("frozen-result");
  const write = async (who: View, words: string) => {
    await who.byId("add-text").click();
    await who.byId("cell-text").fill(words);
    await who.byId("cell-save").click();
  };
  await write(other, "viết ở thẻ kia");
  await other.until(() => other.byId("cell").count(), 4);
  await write(view, "viết ở thẻ này");
  const conflict = await view.shows("notebook-conflict");
  await view.until(async () => (await conflict.innerText()).includes("viết ở thẻ kia"), true);
  await view.byId("conflict-write").click();
  await view.until(() => view.byId("cell").count(), 5);
  expect(await view.page.locator(".cells").innerText()).toContain("viết ở thẻ này");
  other.expectNoComplaints();
  await other.close();
});

test("a notebook leaves as a file whose seals anybody can recompute, and prints without what can be pressed", async () => {
  await view.go(`/hunt/notebooks/${places.notebook}`);
  await view.shows("frozen-result");
  const [file] = await Promise.all([view.page.waitForEvent("download"), view.byId("notebook-export").click()]);
  expect(file.suggestedFilename()).toBe("dieu-tra-may-ke-toan-pc-kt07-bi-chiem-quyen-qua-tep-word-dinh-kem.json");
  const told = JSON.parse(await readFile(await file.path(), "utf8")) as {
    page: { id: string; head: string };
    entries: { seq: number; at: string; by: { id: string; name: string }; change: string; hash: string }[];
  };
  const head = told.entries.reduce(
    (before, { seq, at, by, change }) =>
      createHash("sha256")
        .update(JSON.stringify([before, seq, Date.parse(at), by.id, by.name, change]))
        .digest("hex"),
    told.page.id,
  );
  expect(head).toBe(told.page.head);
  await view.page.emulateMedia({ media: "print" });
  expect(await view.byId("rail").isVisible()).toBe(false);
  expect(await view.byId("add-text").isVisible()).toBe(false);
  expect(await view.byId("frozen-result").first().isVisible()).toBe(true);
  await view.page.emulateMedia({ media: null });
});

test("a colleague reads a shared notebook and cannot write in it", async () => {
  const colleague = await stage.as(SHIFT.colleague);
  await colleague.go(`/hunt/notebooks/${places.notebook}`);
  await colleague.shows("frozen-result");
  expect(await colleague.byId("add-text").count()).toBe(0);
  expect(await colleague.byId("cell-edit").count()).toBe(0);
  colleague.expectNoComplaints();
  await colleague.close();
});
