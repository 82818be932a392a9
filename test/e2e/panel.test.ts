/** From an alert to a decision: why it fired, what was logged, what else happened, who did what. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { IMAGE, OVERRIDE } from "./support/hostile.ts";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { findPlaces, type Places } from "./support/places.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let places: Places;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
  places = await findPlaces(stage.admin);
  view = await stage.as(SHIFT.analyst, { language: "en", theme: "light", width: 1440 });
});
afterAll(() => stage?.close());
afterEach(() => view.expectNoComplaints());

const panel = () => view.byId("alert-panel");

describe("an alert", () => {
  test("says why it fired: matched lines of the rule and the matching part of each field", async () => {
    await view.go(`/alerts?alert=${places.alert}`);
    const rule = await view.shows("rule-text");
    const hits = await rule.locator("li.hit").allInnerTexts();
    expect(hits.join("\n")).toMatch(/vssadmin|shadow/iu);
    expect(hits.length).toBeLessThan(await rule.locator("li").count());
    const marked = await view.byId("matched-fields").locator("mark").allInnerTexts();
    expect(marked.join(" ").toLowerCase()).toMatch(/vssadmin|delete|shadows|shadowcopy/u);
  });

  test("names the rule's author and licence", async () => {
    await view.go(`/alerts?alert=${places.alert}`);
    await view.shows("rule-text");
    expect(await panel().innerText()).toMatch(/Khiên.*Apache-2\.0/su);
  });

  test("lists what the same host or user did a quarter of an hour around it", async () => {
    await view.go(`/alerts?alert=${places.alert}&tab=context`);
    const table = await view.shows("context-events");
    const offsets = await table.locator("tbody td:first-child").allInnerTexts();
    expect(offsets.length).toBeGreaterThan(3);
    const minutes = offsets.map((text) => Number(/(\d+):/u.exec(text)?.[1]));
    expect(Math.max(...minutes)).toBeLessThanOrEqual(15);
    expect(await table.locator("tr[aria-current=true]").count()).toBe(1);
  });

  test("draws other alerts about the same over time; arrows move, Enter opens, the table says the same", async () => {
    await view.go(`/alerts?alert=${places.alert}&tab=related`);
    const marks = view.byId("related-mark");
    await marks.first().waitFor();
    const drawn = new Set(await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute("href"))));
    await view.page.locator("[data-testid=related-mark][tabindex='0']").focus();
    await view.press("End");
    const focused = () => view.page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''");
    await view.until(async () => (await view.byId("related-tip").innerText()) === (await focused()), true);
    await view.byId("related-as-table").click();
    const table = await view.shows("related-table");
    expect(await table.locator("tbody tr").count()).toBe(drawn.size);
    await view.byId("related-as-table").click();
    await view.page.locator("[data-testid=related-mark][tabindex='0']").focus();
    await view.press("Enter");
    await view.until(() => view.search().get("alert") !== places.alert, true);
    expect(view.search().get("tab")).toBe("related");
  });

  test("keeps the history of what was done to it, with notes as they were written", async () => {
    await view.go(`/alerts?alert=${places.alert}`);
    await view.shows("rule-text");
    await view.byId("action-note").click();
    const note = `Đã hỏi tổ vận hành ${IMAGE}`;
    await view.byId("note-text").fill(note);
    await view.byId("note-submit").click();
    await view.byId("tab-history").click();
    const history = await view.shows("alert-history");
    await view.until(async () => (await history.innerText()).includes(note), true);
    expect(await history.innerText()).toContain(SHIFT.analyst.displayName);
    expect(await history.locator("img").count()).toBe(0);
  });

  test("offers what applies: a closed one is reopened, not closed again", async () => {
    await view.go(`/alerts?status=all&alert=${places.alert}`);
    await view.shows("rule-text");
    await panel().getByTestId("action-close").click();
    await view.byId("reason-benign").click();
    await view.byId("close-submit").click();
    await panel().getByTestId("action-reopen").waitFor();
    expect(await panel().getByTestId("action-close").count()).toBe(0);
    await panel().getByTestId("action-reopen").click();
    await view.byId("note-submit").click();
    await panel().getByTestId("action-close").waitFor();
  });
});

describe("text of a hostile sender", () => {
  test("is shown as text: no element comes of it, what is invisible is marked", async () => {
    await view.go(`/alerts?alert=${places.hostileAlert}&tab=event`);
    const event = await view.shows("event-view");
    const text = await event.innerText();
    expect(text.toLowerCase()).toContain(IMAGE);
    expect(text).toContain("<script>alert(2)</script>");
    expect(text).not.toContain(OVERRIDE);
    const marks = new Set(await event.locator(".ctl").allInnerTexts());
    for (const mark of ["RLO", "ESC", "BEL", "NUL"]) expect(marks).toContain(mark);
    expect(
      await view.page.locator("#root [onerror], #root [onload], #root script, #root a[href^=javascript]").count(),
    ).toBe(0);
    expect(await view.page.locator("#root img:not([src='/mark.svg'])").count()).toBe(0);
  });

  test("keeps its own width: ten thousand characters do not push the page", async () => {
    const [content = 0, shown = 0] = await view.page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, innerWidth]",
    );
    expect(content).toBeLessThanOrEqual(shown);
  });

  test("in the rule's reason too", async () => {
    await view.go(`/alerts?alert=${places.hostileAlert}`);
    const fields = await view.shows("matched-fields");
    expect(await fields.innerText()).toContain("<script>alert(2)</script>");
    expect(await fields.locator("script").count()).toBe(0);
  });
});
