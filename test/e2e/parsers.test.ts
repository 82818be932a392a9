/** Parsers: which there are and what they read, pasted lines, a definition in the making. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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
});
afterAll(() => stage?.close());
afterEach(() => view.expectNoComplaints());

const READ = "<38>Nov 18 09:14:05 jump01 sshd[7]: Accepted password for lan from 192.0.2.7 port 51522 ssh2";
const outcomes = () => view.byId("tried-line").evaluateAll((all) => all.map((line) => line.dataset["outcome"]));

test("the list knows what came, a filter narrows it, a parser opens beside it", async () => {
  await view.go("/sensors/parsers?show=reading");
  await view.shows("parser-row");
  const counts = view.byId("parser-row").locator(".num");
  await view.until(
    async () => (await counts.allInnerTexts()).some((text) => Number(text.replace(/\D/gu, "")) > 0),
    true,
  );
  await view.byId("filter-text").fill("openssh");
  await view.until(() => view.byId("parser-row").count(), 1);
  await view.byId("parser-row").click();
  await view.shows("parser-panel");
  await view.byId("parser-try").click();
  await view.shows("tried-line");
  expect(await outcomes()).toContain("taken");
});

test("pasted lines tell who took them, where a value stands, where reading stopped", async () => {
  await view.go("/sensors/parsers/try");
  await view.byId("trial-lines").fill(`${READ}\n${READ.replace(" from ", " by ")}\n??`);
  await view.until(async () => (await outcomes()).join(), "taken,frame,unread");
  const first = view.byId("tried-line").first();
  await first
    .locator("button", { hasText: /^192\.0\.2\.7$/u })
    .first()
    .click();
  expect(await first.locator("mark").allInnerTexts()).toEqual(["192.0.2.7"]);
  expect(await view.byId("nearest").first().innerText()).toContain("sshd");
});

test("lines a sensor sent are taken over with a click", async () => {
  await view.go("/sensors/parsers/try");
  await view.byId("trial-lines").fill("");
  await view.byId("lines-stored").click();
  await view.byId("stored-find").click();
  await (await view.shows("stored-line")).click();
  await view.shows("tried-line");
  expect((await view.byId("trial-lines").inputValue()).length).toBeGreaterThan(10);
});

test("a definition is judged while it is written, and reads the lines as soon as it loads", async () => {
  await view.go("/sensors/parsers/try");
  await view.byId("trial-lines").fill("gate 7 opened by lan from 192.0.2.5");
  await view.byId("draft-new").click();
  await view.until(async () => (await outcomes()).join(), "taken");
  const text = await view.byId("draft-text").inputValue();
  await view.byId("draft-text").fill(text.replace("<gate:int>", "<gate:nothing>"));
  await view.shows("remarks");
  expect(await view.byId("draft-check").getAttribute("data-problems")).toBe("1");
  await view.byId("draft-text").fill(text);
  await view.until(() => view.byId("draft-check").getAttribute("data-problems"), "0");
  await view.byId("draft-close").click();
  await view.until(async () => (await outcomes()).join(), "unread");
});
