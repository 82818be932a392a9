/** A rule author's ten minutes, all from the console; then what else the screens of rules are for. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MARK, OTHER_HOST, ownRule, processRecord, QUIET_HOST, TITLE } from "./support/author.ts";
import { words } from "./support/catalogue.ts";
import { openForBusiness } from "./support/office.ts";
import { patch, SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
});
afterAll(() => stage?.close());
beforeEach(async () => {
  view = await stage.as(SHIFT.admin);
});
afterEach(async () => {
  view.expectNoComplaints();
  await view.close();
});

async function send(...records: readonly string[]): Promise<void> {
  const sender = await stage.server.withToken("ingest");
  const { status, text } = await sender.deliver(records.map((record) => `${record}\n`).join(""), {
    query: { sensor: "may-tram-ke-toan" },
  });
  if (status !== 200) throw new Error(text);
  await stage.server.settled();
}

const attribute = (id: string, name: string) => () => view.byId(id).first().getAttribute(name);
const hrefId = () => decodeURIComponent(new URL(view.page.url()).pathname.split("/")[2] ?? "");

const onPage = <Value>(expression: string) => view.page.evaluate<Value>(expression);
/** One attribute of everything that carries this test id. */
const each = (id: string, name: string) =>
  onPage<string[]>(`[...document.querySelectorAll("[data-testid='${id}']")].map((one) => one.dataset.${name})`);

interface Rule {
  readonly rule: { readonly id: string; readonly enabled: boolean; readonly level: string };
  readonly text: string;
  readonly version: string;
}

async function writeRule(text: string): Promise<Rule> {
  const { body, status, text: told } = await stage.admin.post<Rule>("/api/v1/rules/own", { text });
  if (status !== 201) throw new Error(told);
  return body;
}

describe("a rule author's ten minutes", () => {
  let ruleId = "";

  test("write: what is wrong is told at its line and leads there", async () => {
    await send(processRecord(QUIET_HOST, `cmd /c ${MARK} --lan-dau`));
    await view.go("/rules");
    await view.shows("rule-row");
    await view.press("n");
    await view.shows("rule-editor");
    await view.byId("rule-source").fill(ownRule({ condition: "selektion" }));
    await view.until(attribute("check-line", "data-fresh"), "true");
    expect(await attribute("check-line", "data-problems")()).not.toBe("0");
    const remark = view.byId("remarks").locator("li.error").first();
    await remark.getByRole("button").first().click();
    const selected = await onPage<string>(
      "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)",
    );
    expect(selected).toContain("selektion");
  });

  test("test, save, back-test and enable", async () => {
    await view.go("/rules/new");
    await view.shows("rule-editor");
    await view.byId("rule-source").fill(ownRule());
    await view.until(attribute("check-line", "data-problems"), "0");

    await view
      .byId("test-lines")
      .fill([processRecord(OTHER_HOST, `cmd /c ${MARK}`), processRecord(OTHER_HOST, "cmd /c dir")].join("\n"));
    await view.press("Control+Enter");
    await view.shows("draft-verdicts");
    const verdicts = await each("verdict", "verdict");
    expect(verdicts).toEqual(["yes", "no"]);
    await view.byId("verdict").nth(1).locator("summary").click();
    await view.byId("verdict").nth(1).getByText("CommandLine|contains").waitFor();

    await view.press("Control+s");
    await view.until(attribute("save-state", "data-state"), "saved");
    await view.until(() => new URL(view.page.url()).pathname.endsWith("/edit"), true);
    ruleId = hrefId();
    expect((await stage.admin.get<Rule>(`/api/v1/rules/${ruleId}`)).rule.enabled).toBe(false);

    await view.byId("tab-history").click();
    await (await view.shows("launch")).click();
    await view.until(attribute("retro-progress", "data-state"), "done");
    expect(await (await view.shows("retro-facts")).innerText()).toMatch(/\b1\b/u);
    await view.shows("volume-verdict");
    await (await view.shows("retro-enable")).click();
    await view.until(async () => (await stage.admin.get<Rule>(`/api/v1/rules/${ruleId}`)).rule.enabled, true);
  });

  test("it fires, and what is ordinary gets an exception whose price was seen first", async () => {
    await send(processRecord(QUIET_HOST, `cmd /c ${MARK} --va-loi`));
    await view.go(`/alerts?rule=${encodeURIComponent(ruleId)}`);
    await (await view.shows("alert-row")).click();
    await view.shows("rule-text");
    await view.page.locator("body").click({ position: { x: 2, y: 2 } });
    await view.press("p");
    await view.shows("exception-dialog");
    expect(await view.byId("test-values").inputValue()).toBe(QUIET_HOST);
    await view.until(attribute("preview-line", "data-hidden"), "1");
    await view.byId("exception-title").fill("Máy vá lỗi của tổ hạ tầng");
    await view.byId("exception-reason").fill("Công cụ vá lỗi tháng, phiếu KT-2291");
    await view.byId("exception-save").click();
    await view.byId("exception-dialog").waitFor({ state: "detached" });

    await send(processRecord(QUIET_HOST, `cmd /c ${MARK} --lai`), processRecord(OTHER_HOST, `cmd /c ${MARK} --la`));
    const alerts = await stage.admin.all<{ entity: { value: string }; count: number }>(
      `/api/v1/alerts?rule=${encodeURIComponent(ruleId)}&limit=50`,
    );
    expect(alerts.map(({ entity, count }) => [entity.value.toUpperCase(), count]).toSorted()).toEqual([
      [OTHER_HOST, 1],
      [QUIET_HOST, 1],
    ]);
  });

  test("its page tells all of it: fired, hidden by whom, who did what", async () => {
    await view.go(`/rules/${ruleId}?tab=activity`);
    await view.until(async () => (await view.byId("activity-fired").innerText()).trim(), "2");
    expect(await (await view.shows("rule-hidden")).innerText()).toMatch(/Máy vá lỗi của tổ hạ tầng\s+1\b/u);
    await view.byId("tab-tuning").click();
    expect(await (await view.shows("exception-row")).innerText()).toContain("KT-2291");
    await view.byId("tab-history").click();
    const history = await (await view.shows("rule-history")).innerText();
    for (const action of ["created", "enabled", "exception-added"])
      expect(history).toContain(words("vi", `rule.history.${action}`));
  });

  test("an exception that would hide a confirmed attack asks for more than a click", async () => {
    const [alert] = await stage.admin.all<{ id: string }>(
      `/api/v1/alerts?rule=${encodeURIComponent(ruleId)}&q=${OTHER_HOST}&limit=5`,
    );
    await stage.admin.post("/api/v1/alerts/actions", {
      ids: [alert?.id],
      do: { action: "close", reason: "true_positive" },
    });
    await view.go(`/rules/${ruleId}?tab=tuning`);
    await (await view.shows("exception-new")).click();
    await view.byId("test-field").fill("CommandLine");
    await view.byId("test-op").selectOption("contains");
    await view.byId("test-values").fill(MARK);
    await view.byId("exception-title").fill("Quá rộng");
    await view.byId("exception-reason").fill("Để xem điều gì xảy ra");
    await view.shows("true-positive-conflict");
    expect(await view.byId("exception-save").isDisabled()).toBe(true);
    await view.byId("accept-conflict").check();
    await view.until(() => view.byId("exception-save").isEnabled(), true);
  });
});

describe("writing", () => {
  test("unsaved work is not lost by a click", async () => {
    await view.go("/rules/new");
    await view.shows("rule-editor");
    await view.byId("rule-source").fill(ownRule());
    await view.byId("page-attack").or(view.page.locator(".rail-link").nth(1)).first().click();
    await (await view.shows("leave-stay")).click();
    expect(await view.byId("rule-source").inputValue()).toContain(TITLE);
    await view.page.locator(".rail-link").nth(1).click();
    await (await view.shows("leave-drop")).click();
    await view.shows("filter-text");
  });

  test("two who edit at once see both texts and choose", async () => {
    const { rule, text, version } = await writeRule(ownRule({ level: "low" }));
    await view.go(`/rules/${rule.id}/edit`);
    await view.shows("rule-editor");
    const theirs = text.replace("level: low", "level: critical");
    await stage.admin.ask("PUT", `/api/v1/rules/own/${rule.id}`, {
      body: JSON.stringify({ text: theirs, version }),
      headers: { "content-type": "application/json" },
    });
    view.foresee(/status of 409/u);
    await view.byId("rule-source").fill(text.replace("level: low", "level: medium"));
    await view.byId("rule-save").click();
    const diff = await view.shows("rule-diff");
    expect(await diff.innerText()).toMatch(/critical[\s\S]*medium/u);
    await view.byId("conflict-mine").click();
    await view.until(attribute("save-state", "data-state"), "saved");
    expect((await stage.admin.get<Rule>(`/api/v1/rules/${rule.id}`)).rule.level).toBe("medium");

    await view.go(`/rules/${rule.id}`);
    await view.byId("version-choice").selectOption({ index: 1 });
    expect(await (await view.shows("rule-diff")).innerText()).toMatch(/level:/u);
  });

  test("a rule of one's own is deleted after a question, one of others never", async () => {
    const { rule } = await writeRule(ownRule());
    await view.go(`/rules/${rule.id}`);
    await (await view.shows("rule-more")).click();
    await view.byId("rule-remove").click();
    await (await view.shows("remove-submit")).click();
    await view.until(() => new URL(view.page.url()).pathname, "/rules");
    view.foresee(/status of 404/u);
    await view.go(`/rules/${rule.id}`);
    await view.shows("empty");
    await view.go("/rules?q=shadow%20copies%20deleted");
    await (await view.shows("rule-row")).click();
    await (await view.shows("rule-open")).click();
    await (await view.shows("rule-more")).click();
    await view.page.getByRole("menuitem").first().waitFor();
    expect(await view.byId("rule-remove").count()).toBe(0);
  });

  test("a rule of others is copied, and says where it comes from", async () => {
    await view.go("/rules?q=shadow%20copies%20deleted");
    await (await view.shows("rule-row")).click();
    await (await view.shows("rule-open")).click();
    await view.shows("rule-page");
    await view.press("i");
    await view.shows("rule-editor");
    const text = await view.byId("rule-source").inputValue();
    expect(text).toMatch(/related:\n {2}- id: .+\n {4}type: derived/u);
  });

  test("Tab indents and Ctrl+Z takes it back; Esc and Tab lead out", async () => {
    await view.go("/rules/new");
    await view.shows("rule-editor");
    const source = view.byId("rule-source");
    await source.fill("detection:");
    await source.press("End");
    await source.press("Enter");
    await view.page.keyboard.type("a: b");
    expect(await source.inputValue()).toBe("detection:\n  a: b");
    await source.press("Tab");
    expect(await source.inputValue()).toBe("detection:\n  a: b  ");
    await source.press("Control+z");
    expect(await source.inputValue()).toBe("detection:\n  a: b");
    await view.press("Escape", "Tab");
    expect(await onPage<string | null>("document.activeElement.dataset.testid ?? null")).not.toBe("rule-source");
  });
});

describe("tuning", () => {
  test("a level of one's own is shown beside the rule's, and undone with u", async () => {
    await view.go("/rules?q=shadow%20copies%20deleted");
    await (await view.shows("rule-row")).click();
    await (await view.shows("rule-open")).click();
    await view.shows("rule-page");
    const own = (await stage.admin.get<Rule>(`/api/v1/rules/${hrefId()}`)).rule.level;
    const other = own === "low" ? "medium" : "low";
    await view.byId("rule-level").click();
    await view.byId(`level-${other}`).click();
    await view.until(async () => (await stage.admin.get<Rule>(`/api/v1/rules/${hrefId()}`)).rule.level, other);
    await view.shows("undo");
    await view.press("u");
    await view.until(async () => (await stage.admin.get<Rule>(`/api/v1/rules/${hrefId()}`)).rule.level, own);
  });

  test("who may only look sees everything and changes nothing", async () => {
    const { rule } = await writeRule(ownRule());
    await patch(stage.admin, `/api/v1/rules/${rule.id}`, { enabled: true });
    const reader = await stage.as(SHIFT.viewer);
    await reader.go(`/rules/${rule.id}`);
    await reader.shows("rule-page");
    for (const id of ["rule-switch", "rule-edit", "rule-level", "rule-retro"])
      expect(await reader.byId(id).count()).toBe(0);
    await reader.go("/rules/new");
    await reader.shows("empty");
    reader.expectNoComplaints();
    await reader.close();
  });
});

describe("the ATT&CK matrix", () => {
  test("arrows walk the cells, Enter leads to the rules of the technique", async () => {
    await view.go("/rules/attack");
    const cells = view.byId("attack-cell");
    await cells.first().waitFor();
    expect(await cells.count()).toBeGreaterThan(200);
    await cells.first().focus();
    const focused = () => view.page.evaluate<string | null>("document.activeElement?.dataset?.cell ?? null");
    const first = await focused();
    await view.press("ArrowDown");
    const second = await focused();
    expect(second).not.toBe(first);
    await view.press("ArrowRight");
    expect(await focused()).not.toBe(second);
    await view.byId("filter-text").fill("T1490");
    await view.until(() => cells.count(), 1);
    await cells.first().focus();
    await view.press("Enter");
    await view.shows("chip-technique");
    await view.shows("rule-row");
    expect(view.search().get("technique")).toBe("T1490");
  });

  test("a key touches the cells it moves between and no other, with every sub-technique open", async () => {
    await view.go("/rules/attack");
    await view.byId("attack-cell").first().waitFor();
    await view.byId("attack-open").click();
    await view.until(async () => (await view.byId("attack-cell").count()) > 500, true);
    await view.byId("attack-cell").first().focus();
    const presses = await view.page.evaluate<{ readonly moved: boolean; readonly changed: number }[]>(`(async () => {
      const changes = new MutationObserver(() => undefined);
      changes.observe(document.body, { attributes: true, childList: true, characterData: true, subtree: true });
      const presses = [];
      for (let press = 0; press < 31; press += 1) {
        const before = document.activeElement;
        changes.takeRecords();
        before.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const nodes = new Set(changes.takeRecords().map(({ target }) => target));
        presses.push({ moved: document.activeElement !== before, changed: nodes.size });
      }
      return presses;
    })()`);
    expect(presses.every(({ moved }) => moved)).toBe(true);
    // The cell that is left, the one that is entered, and where their names stand.
    expect(Math.max(...presses.map(({ changed }) => changed))).toBeLessThan(5);
  });

  test("only what has data, and the other domain", async () => {
    await view.go("/rules/attack?show=data");
    await view.byId("attack-cell").first().waitFor();
    const states = new Set(await each("attack-cell", "state"));
    expect([...states]).toEqual(["live"]);
    await view.byId("domain-ics").click();
    await view.until(() => view.search().get("domain"), "ics");
  });
});

test("a search in the past is listed, opens its events and can be taken along", async () => {
  await send(processRecord(OTHER_HOST, `cmd /c ${MARK} --hom-qua`));
  const { rule } = await writeRule(ownRule());
  await view.go(`/rules/${rule.id}`);
  await (await view.shows("rule-retro")).click();
  await (await view.shows("launch")).click();
  await view.until(attribute("retro-progress", "data-state"), "done");
  await (await view.shows("retro-match")).getByRole("button").first().click();
  await view.shows("event-dialog");
  expect(await (await view.shows("event-view")).innerText()).toContain(MARK);
  await view.press("Escape");
  await view.byId("retro-export").click();
  const [file] = await Promise.all([
    view.page.waitForEvent("download"),
    view.page.getByRole("menuitem", { name: words("vi", "export.csv") }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^retro-hunt-.*\.csv$/u);
  await view.byId("retro-remove").click();
  await view.byId("retro-panel").waitFor({ state: "detached" });
});
