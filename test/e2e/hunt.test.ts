/** Questions to the lake: typed, brushed, picked from values, shared, taken away as a file. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { FORMULA } from "./support/hostile.ts";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
  view = await stage.as(SHIFT.analyst);
  view.foresee(/status of 422 .*\/api\/v1\/(?:events|hunt)/u);
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await view.go("/hunt");
  await view.shows("event-row");
});
afterEach(() => view.expectNoComplaints());

const total = async () => Number((await view.byId("hunt-total").innerText()).replace(/\D/gu, ""));
const query = () => view.search().get("q");

async function ask(text: string): Promise<void> {
  await view.byId("hunt-query").fill(text);
  await view.byId("hunt-run").click();
  await view.until(query, text);
  await view.byId("hunt-run").waitFor();
}

const hosts = () => view.byId("event-row").locator("button[data-field=host]");

async function openValueMenu(): Promise<{ field: string; value: string }> {
  const chevron = hosts().first();
  const value = { field: "host", value: (await chevron.getAttribute("data-value")) ?? "" };
  await chevron.focus();
  await view.press("o");
  await view.shows("value-menu");
  return value;
}

test("commands behind a search give a table, whose values lead on", async () => {
  await ask("* | stats count() by host");
  await view.shows("answer-table");
  const rows = view.byId("answer-table").locator("tbody tr");
  await view.until(async () => (await rows.count()) > 1, true);
  const listed = await rows.locator("td:last-child").allInnerTexts();
  expect(listed.every((cell) => Number(cell.replace(/\D/gu, "")) > 0)).toBe(true);
  await ask("* | stats count() by hots");
  await view.until(async () => (await view.byId("answer-table").innerText()).includes("host"), true);
});

test("a query narrows rows and chart alike, and stands in the address", async () => {
  const before = await total();
  await ask("host:SRV-FILE01*");
  await view.shows("event-row");
  await view.until(async () => (await total()) < before, true);
  const { total: counted } = await stage.admin.get<{ total: number }>(
    `/api/v1/events/histogram?query=${encodeURIComponent("host:SRV-FILE01*")}&from=${new Date(Date.now() - 86_400_000).toISOString()}&to=${new Date().toISOString()}&buckets=10`,
  );
  await view.until(total, counted);
});

test("a wrong query is told with the place of the mistake, and marked there", async () => {
  await view.byId("hunt-query").fill("host:a and (user:b");
  await view.byId("hunt-run").click();
  const error = await view.shows("hunt-error");
  expect(await error.innerText()).toMatch(/Ký tự \d+/u);
  expect(await view.page.locator(".query-wrong").count()).toBe(1);
  expect(await view.byId("hunt-query").getAttribute("aria-invalid")).toBe("true");
});

test("dragging over the histogram sets the range", async () => {
  const before = await total();
  const plot = view.page.locator("[data-testid=chart] .u-over");
  await plot.waitFor();
  const box = await plot.boundingBox();
  if (box === null) throw new Error("the histogram has no size");
  const y = box.y + box.height / 2;
  await view.page.mouse.move(box.x + box.width * 0.8, y);
  await view.page.mouse.down();
  await view.page.mouse.move(box.x + box.width * 0.95, y, { steps: 5 });
  await view.page.mouse.up();
  await view.until(() => view.search().has("from") && view.search().has("to"), true);
  const span = Date.parse(view.search().get("to") ?? "") - Date.parse(view.search().get("from") ?? "");
  expect(span / 3_600_000).toBeCloseTo(24 * 0.15, 0);
  await view.until(async () => (await total()) < before, true);
});

test("a value is included, excluded, or asked for alone", async () => {
  await ask("sensor:wec-songlam");
  const { value } = await openValueMenu();
  await view.byId("value-include").click();
  await view.until(query, `sensor:wec-songlam and host:"${value}"`);
  await view.shows("event-row");
  await openValueMenu();
  await view.byId("value-only").click();
  await view.until(query, `host:"${value}"`);
  await ask("sensor:wec-songlam");
  await view.shows("event-row");
  const other = await openValueMenu();
  await view.byId("value-exclude").click();
  await view.until(query, `sensor:wec-songlam and not host:"${other.value}"`);
  await view.until(
    async () => (await view.byId("event-row").first().locator(`button[data-value="${other.value}"]`).count()) === 0,
    true,
  );
});

test("a right click opens the same menu; grouping counts each value", async () => {
  await hosts().first().locator("..").click({ button: "right" });
  await view.shows("value-menu");
  await view.byId("value-group").click();
  await view.until(() => view.search().get("group"), "host");
  const counts = await (await view.shows("top-table")).locator("tbody td:nth-child(2)").allInnerTexts();
  const numbers = counts.map((text) => Number(text.replace(/\D/gu, "")));
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
});

test("a link shows a colleague the same", async () => {
  await ask("sensor:wec-songlam EventID:1");
  await view.byId("hunt-range").click();
  await view.page.getByRole("menuitem").nth(4).click();
  await view.until(() => view.search().get("range"), "7d");
  await view.shows("event-row");
  const seen = await total();
  const colleague = await stage.as(SHIFT.colleague, { language: "en", theme: "light", width: 1440 });
  await colleague.page.goto(view.page.url());
  await colleague.shows("event-row");
  await colleague.until(() => colleague.byId("hunt-query").inputValue(), "sensor:wec-songlam EventID:1");
  await colleague.until(async () => Number((await colleague.byId("hunt-total").innerText()).replace(/\D/gu, "")), seen);
  colleague.expectNoComplaints();
  await colleague.close();
});

test("what was found leaves as CSV that no spreadsheet runs, and as NDJSON", async () => {
  await ask("sensor:gia-mao");
  await view.shows("event-row");
  const save = async (nth: number) => {
    await view.byId("export").click();
    const [file] = await Promise.all([
      view.page.waitForEvent("download"),
      view.page.getByRole("menuitem").nth(nth).click(),
    ]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const csv = await save(0);
  expect(csv.name).toMatch(/\.csv$/u);
  expect(csv.text).toContain(FORMULA.replaceAll('"', '""').slice(1));
  expect(csv.text).not.toMatch(/(?:^|,)"?[=+@\t\r]/mu);
  const ndjson = await save(1);
  expect(ndjson.name).toMatch(/\.ndjson$/u);
  expect(
    ndjson.text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { sensor: string }).sensor),
  ).toEqual(["gia-mao", "gia-mao"]);
});

test("the fields of what was found, with their commonest values, lead further", async () => {
  const entry = view.byId("field-entry").filter({ hasText: "host" }).first();
  await entry.locator("summary").click();
  const value = entry.locator("button[data-field=host]").first();
  const picked = await value.getAttribute("data-value");
  await value.click();
  await view.shows("value-menu");
  await view.byId("value-include").click();
  await view.until(query, `host:"${picked}"`);
});

test("an event opens in place with its fields and the record as it came", async () => {
  await ask("sensor:wec-songlam");
  await view.byId("hunt-query").press("Escape");
  await view.press("j", "Enter");
  const event = await view.shows("event-view");
  expect(await event.locator("pre").innerText()).not.toBe("");
  expect(await event.getByTestId("field-row").count()).toBeGreaterThan(3);
  await view.press("Enter");
  await event.waitFor({ state: "detached" });
});
