/** A shift without a mouse. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

interface Alert {
  readonly id: string;
  readonly status: string;
  readonly closeReason: string | null;
  readonly duplicateOf: string | null;
  readonly assignee: { readonly name: string } | null;
}

let stage: Stage;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
  view = await stage.as(SHIFT.analyst);
});
afterAll(() => stage?.close());

beforeEach(async () => {
  await view.go("/alerts");
  await view.shows("alert-row");
});
afterEach(() => view.expectNoComplaints());

const current = () => view.page.locator(".grid-row.current");
const keyOf = async (nth: number) => (await view.byId("alert-row").nth(nth).getAttribute("data-key")) ?? "";
const currentKey = async () => ((await current().count()) === 0 ? undefined : await current().getAttribute("data-key"));
const alertOf = async (id: string) =>
  (await stage.admin.get<{ alert: Alert }>(`/api/v1/alerts/${encodeURIComponent(id)}`)).alert;
const statusOf = (id: string) => async () => (await alertOf(id)).status;
const selected = () => view.page.locator("[data-testid=alert-row][aria-selected=true]").count();
const opened = () => view.search().get("alert");

describe("the queue by keyboard", () => {
  test("j and k move and stop at the ends; the row has the focus", async () => {
    const [first, second] = [await keyOf(0), await keyOf(1)];
    await view.press("j");
    await view.until(currentKey, first);
    await view.press("j");
    await view.until(currentKey, second);
    await view.until(() => current().evaluate((row) => row.ownerDocument.activeElement === row), true);
    await view.press("k", "k");
    await view.until(currentKey, first);
  });

  test("Enter opens the panel beside the list, j follows with it, Esc closes and gives the focus back", async () => {
    const [first, second] = [await keyOf(0), await keyOf(1)];
    await view.press("j", "Enter");
    await view.shows("alert-panel");
    await view.until(opened, first);
    await view.press("j");
    await view.until(opened, second);
    expect(await view.byId("alert-row").first().isVisible()).toBe(true);
    await view.press("Escape");
    await view.byId("alert-panel").waitFor({ state: "detached" });
    await view.until(() => current().evaluate((row) => row.ownerDocument.activeElement === row), true);
    expect(await currentKey()).toBe(second);
  });

  test("a takes, u gives back", async () => {
    const id = await keyOf(0);
    await view.press("j", "a");
    await view.until(statusOf(id), "taken");
    expect((await alertOf(id)).assignee?.name).toBe(SHIFT.analyst.displayName);
    await view.shows("undo");
    await view.press("u");
    await view.until(statusOf(id), "open");
  });

  test("c asks for the reason, a number chooses it, Enter closes; the row leaves and u brings it back", async () => {
    const [id, next] = [await keyOf(0), await keyOf(1)];
    await view.press("j", "c");
    await view.shows("close-dialog");
    expect(await view.byId("close-submit").isDisabled()).toBe(true);
    await view.press("2", "Enter");
    await view.byId("close-dialog").waitFor({ state: "detached" });
    await view.until(statusOf(id), "closed");
    expect((await alertOf(id)).closeReason).toBe("false_positive");
    await view.until(currentKey, next);
    await view.shows("undo");
    await view.press("u");
    await view.until(statusOf(id), "open");
    await view.page.locator(`[data-testid=alert-row][data-key="${id}"]`).waitFor();
  });

  test("x picks several, d closes them as duplicates of the oldest, whose link the history keeps; u takes it back", async () => {
    const ids = [await keyOf(0), await keyOf(1), await keyOf(2)];
    await view.press("j", "x", "j", "x", "j", "x");
    await view.until(selected, 3);
    await view.press("d");
    await view.shows("duplicate-dialog");
    await view.press("Enter");
    await view.byId("duplicate-dialog").waitFor({ state: "detached" });
    const all = () => Promise.all(ids.map(alertOf));
    await view.until(async () => (await all()).filter(({ status }) => status === "closed").length, 2);
    const oldest = (await all()).find(({ status }) => status !== "closed");
    const closed = (await all()).filter(({ status }) => status === "closed");
    expect(closed.map(({ closeReason, duplicateOf }) => [closeReason, duplicateOf])).toEqual(
      closed.map(() => ["duplicate", oldest?.id]),
    );
    await view.shows("undo");
    await view.press("u");
    await view.until(async () => (await all()).every(({ duplicateOf }) => duplicateOf === null), true);
  });

  test("x picks several, e puts them into a case of their own, which escalates them", async () => {
    const ids = [await keyOf(0), await keyOf(1)];
    await view.press("j", "x", "j", "x");
    await view.until(selected, 2);
    await view.shows("bulk-bar");
    await view.press("e");
    await (await view.shows("escalate-new")).click();
    await (await view.shows("new-case-submit")).click();
    await view.shows("case-number");
    expect(await view.byId("case-alert").count()).toBe(2);
    for (const id of ids) await view.until(statusOf(id), "escalated");
  });

  test("Esc lets go of what is picked", async () => {
    await view.press("j", "x");
    await view.until(selected, 1);
    await view.press("Escape");
    await view.until(selected, 0);
  });

  test("/ goes to the filter, which narrows the list and stands in the address; Esc leaves it", async () => {
    await view.press("/");
    await view.until(
      () => view.byId("filter-text").evaluate((field) => field.ownerDocument.activeElement === field),
      true,
    );
    await view.page.keyboard.type("shadow");
    await view.until(() => view.search().get("q"), "shadow");
    await view.until(
      async () => (await view.byId("alert-row").allInnerTexts()).every((text) => /shadow/iu.test(text)),
      true,
    );
    await view.press("Escape", "j");
    expect(await view.byId("filter-text").inputValue()).toBe("shadow");
    await view.until(async () => (await currentKey()) !== undefined, true);
    await view.page.goBack();
    await view.until(() => view.search().get("q"), null);
  });

  test("o opens the menu of a value and Esc closes only the menu", async () => {
    await view.press("j", "Enter");
    await view.shows("matched-fields");
    await view.press("o");
    await view.shows("value-menu");
    await view.press("Escape");
    await view.byId("value-menu").waitFor({ state: "detached" });
    expect(await view.byId("alert-panel").count()).toBe(1);
  });

  test("? shows every key of the table; g h goes to the hunt", async () => {
    await view.press("?");
    const sheet = await view.shows("key-sheet");
    for (const key of ["j", "k", "x", "Enter", "a", "c", "e", "u", "/", "o", "Esc", "?"])
      expect(await sheet.locator("kbd").allInnerTexts()).toContain(key);
    await view.press("Escape");
    await view.byId("key-sheet").waitFor({ state: "detached" });
    await view.press("g", "h");
    await view.shows("hunt-query");
  });

  test("Ctrl-K finds a screen by its name without diacritics and goes there", async () => {
    await view.press("Control+k");
    await view.shows("palette");
    await view.page.keyboard.type("cam bien");
    await view.press("Enter");
    await view.shows("sensor-row");
  });

  test("Ctrl-K finds an alert by its host", async () => {
    await view.press("Control+k");
    await view.shows("palette");
    // Enter right behind the last letter means what will be found.
    await view.page.keyboard.type("SRV-FILE01");
    await view.press("Enter");
    await view.shows("alert-panel");
  });
});

test("a saved queue goes up, becomes the one to start with, and opens by itself", async () => {
  await view.go("/alerts?level=high");
  await (await view.shows("saved-queues")).click();
  await view.byId("queue-save").click();
  await view.byId("queue-name").fill("Ca ngày: cao");
  await view.byId("queue-submit").click();
  await view.byId("queue-dialog").waitFor({ state: "detached" });
  const arrange = async () => {
    await view.byId("saved-queues").click();
    await view.byId("queue-arrange").click();
    return view.shows("queue-arrange-dialog");
  };
  const keep = async () => {
    await view.byId("queue-arrange-submit").click();
    await view.byId("queue-arrange-dialog").waitFor({ state: "detached" });
  };
  const place = async () =>
    (await view.byId("queue-place").allInnerTexts()).findIndex((text) => text.includes("Ca ngày"));
  const box = (await arrange()).locator("li", { hasText: "Ca ngày" }).locator("input");
  await box.check();
  const before = await place();
  expect(before).toBeGreaterThan(0);
  await box.press("Alt+ArrowUp");
  await view.until(place, before - 1);
  expect(await box.evaluate((stop) => stop.ownerDocument.activeElement === stop)).toBe(true);
  await keep();
  await view.go("/alerts");
  await view.until(() => view.search().get("level"), "high");
  await view.shows("alert-row");
  await (await arrange()).locator("input").first().check();
  await keep();
  await view.go("/alerts");
  await view.shows("alert-row");
  expect(view.search().get("level")).toBeNull();
});

describe("keys that must do nothing", () => {
  test("in a field that was gone to before the list had put the focus on its row", async () => {
    const frames = (ms: number | undefined) =>
      view.page.locator("body").evaluate((body, wait) => {
        const page = body.ownerDocument.defaultView;
        page.nextFrame ??= page.requestAnimationFrame.bind(page);
        page.requestAnimationFrame =
          wait === undefined ? page.nextFrame : (work: (at: number) => void) => page.setTimeout(() => work(0), wait);
      }, ms);
    await frames(150);
    await view.press("j", "/");
    await view.page.keyboard.type("jxa", { delay: 100 });
    expect(await view.byId("filter-text").inputValue()).toBe("jxa");
    await view.byId("filter-text").fill("");
    await view.until(() => view.search().get("q"), null);
    await view.byId("filter-text").blur();
    await view.press("Enter");
    await view.shows("alert-panel");
    await view.press("Escape", "/");
    await view.page.keyboard.type("jx", { delay: 200 });
    expect(await view.byId("filter-text").inputValue()).toBe("jx");
    await view.byId("filter-text").fill("");
    await frames(undefined);
  });

  test("in a field they are letters", async () => {
    await view.press("j", "/");
    // As slowly as makes the list follow between two letters.
    await view.page.keyboard.type("jxace", { delay: 280 });
    expect(await view.byId("filter-text").inputValue()).toBe("jxace");
    expect(await view.byId("close-dialog").count()).toBe(0);
    await view.byId("filter-text").fill("");
  });

  test("while an input method composes (Telex types s f r x j as tones)", async () => {
    const composing = (key: string) =>
      view.page.locator("body").evaluate((body, pressed) => {
        const { KeyboardEvent: Pressed } = body.ownerDocument.defaultView;
        body.dispatchEvent(
          new Pressed("keydown", { key: pressed, isComposing: true, bubbles: true, cancelable: true }),
        );
        body.dispatchEvent(new Pressed("keydown", { key: pressed, keyCode: 229, bubbles: true, cancelable: true }));
      }, key);
    for (const key of ["j", "x", "Enter", "?", "c"]) await composing(key);
    expect(await currentKey()).toBeUndefined();
    expect(await view.byId("key-sheet").count()).toBe(0);
    await view.press("j");
    await view.until(async () => (await currentKey()) !== undefined, true);
  });

  test("Enter that ends a composed word runs no hunt", async () => {
    await view.go("/hunt");
    const box = await view.shows("hunt-query");
    await box.fill("đăng nhập");
    await box.evaluate((field) => {
      const { KeyboardEvent: Pressed } = field.ownerDocument.defaultView;
      field.dispatchEvent(new Pressed("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }));
    });
    expect(view.search().get("q")).toBeNull();
    await box.press("Enter");
    await view.until(() => view.search().get("q"), "đăng nhập");
  });

  test("when the person has switched single keys off; Ctrl-K stays", async () => {
    await view.go("/settings/profile");
    await (await view.shows("shortcuts-switch")).click();
    await view.until(() => view.byId("shortcuts-switch").isChecked(), false);
    await view.go("/alerts");
    await view.shows("alert-row");
    await view.press("j", "?");
    await view.press("Control+k");
    await view.shows("palette");
    expect(await view.byId("key-sheet").count()).toBe(0);
    expect(await currentKey()).toBeUndefined();
    await view.press("Escape");
    await view.go("/settings/profile");
    await (await view.shows("shortcuts-switch")).click();
    await view.until(() => view.byId("shortcuts-switch").isChecked(), true);
  });
});
