/** Two shifts hand over in two browsers; people are told while they look on. */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { textOfPdf } from "../../src/platform/documents/testdata/pdf-text.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let leaving: View;
let arriving: View;
let lead: View;
beforeAll(async () => {
  stage = await Stage.open();
  [leaving, arriving, lead] = [
    await stage.as(SHIFT.analyst),
    await stage.as(SHIFT.colleague),
    await stage.as(SHIFT.admin),
  ];
});
afterAll(() => stage?.close());
afterEach(() => {
  for (const view of [leaving, arriving, lead]) view.expectNoComplaints();
});

const idOf = async ({ username }: { readonly username: string }) =>
  (await stage.server.server.parts.auth.service.accounts()).find((one) => one.username === username)?.id ?? "";

describe("hand-over", () => {
  test("signed by who leaves, seen at once by who arrives, received there, and seen at once again", async () => {
    await arriving.go("/people/handovers");
    await arriving.shows("handover-list");
    await leaving.go("/watch");
    await (await leaving.shows("watch-handover")).click();
    await (await leaving.shows("handover-new")).click();
    await leaving.shows("handover-figures");
    await leaving.byId("handover-text").fill("Theo dõi **SRV-FILE01**");
    await leaving.byId("handover-sign").click();
    await leaving.shows("handover-note");
    expect(await leaving.byId("handover-receive").count()).toBe(0);
    await (await arriving.shows("handover-row")).click();
    await (await arriving.shows("handover-receive")).click();
    await arriving.shows("handover-received");
    const received = await leaving.shows("handover-received");
    expect(await received.textContent()).toContain(SHIFT.colleague.displayName);
  });
});

test("a printed note leads back to what was signed, by the code on it", async () => {
  await arriving.go("/people/handovers");
  await (await arriving.shows("handover-row")).click();
  await (await arriving.shows("handover-download")).click();
  const [download] = await Promise.all([arriving.page.waitForEvent("download"), arriving.byId("handover-pdf").click()]);
  expect(download.suggestedFilename()).toBe("handover-1.pdf");
  const { text } = textOfPdf(readFileSync((await download.path()) ?? ""));
  const code = /(?:[0-9A-F]{5}-){3}[0-9A-F]{5}/u.exec(text)?.[0] ?? "";
  await leaving.go("/people/handovers");
  await (await leaving.shows("handover-check")).click();
  await (await leaving.shows("check-code")).fill("00000-00000-00000-00000");
  leaving.foresee(/status of 404 .*handover-check/u);
  await leaving.byId("check-do").click();
  await leaving.shows("fault");
  await leaving.byId("check-code").fill(code.toLowerCase());
  await leaving.byId("check-do").click();
  const verdict = await leaving.shows("check-verdict");
  expect(await verdict.innerText()).toContain(SHIFT.colleague.displayName);
  await leaving.byId("check-open").click();
  await leaving.shows("handover-note");
});

describe("notices", () => {
  test("the bell counts while one looks on; what is opened is read, in every window of the person", async () => {
    const id = await idOf(SHIFT.colleague);
    const other = await stage.as(SHIFT.colleague);
    await arriving.go("/alerts");
    await other.go("/watch");
    await arriving.shows("notice-bell");
    await stage.server.server.parts.notices.tell({
      key: "e2e:assigned",
      kind: "alerts.assigned",
      urgency: "normal",
      people: [id],
      by: { id: "x", name: "Lan" },
      object: { kind: "alert", id: "a1", title: "Xóa bản sao ổ đĩa" },
      path: "/settings/profile",
    });
    await arriving.until(() => arriving.byId("notice-count").textContent(), "1");
    await other.until(() => other.byId("notice-count").textContent(), "1");
    expect(await leaving.byId("notice-count").count()).toBe(0);
    await arriving.byId("notice-bell").focus();
    await arriving.press("Enter");
    await arriving.shows("bell-notice");
    await arriving.press("Enter");
    await arriving.shows("profile");
    await other.byId("notice-count").waitFor({ state: "detached" });
    await arriving.press("g", "n");
    await arriving.shows("notice-row");
    await other.close();
  });

  test("quiet hours are kept by the person alone, and stay after reloading", async () => {
    await leaving.go("/settings/notices");
    await (await leaving.shows("quiet-switch")).check();
    await leaving.byId("rules-mail").fill("bao.tran@songlam.example");
    await leaving.byId("rules-save").click();
    await leaving.shows("toast");
    await leaving.go("/settings/notices");
    await leaving.until(async () => (await leaving.shows("quiet-switch")).isChecked(), true);
    await arriving.go("/settings/notices");
    await arriving.shows("notice-rules");
    expect(await arriving.byId("rules-mail").inputValue()).toBe("");
  });
});

describe("roster and rota", () => {
  test("a CSV is checked before it is imported; a pattern makes a rota; who is missing is told", async () => {
    await lead.go("/people");
    await (await lead.shows("roster-import")).click();
    const csv = "Họ tên;Đơn vị;Bậc\nLan;SOC;1\nMinh;SOC;9";
    await lead.byId("import-text").fill(csv);
    await lead.byId("import-check").click();
    await lead.shows("import-outcome");
    expect(await lead.byId("import-apply").isDisabled()).toBe(true);
    await lead.byId("import-text").fill(csv.replace(";9", ";2"));
    await lead.byId("import-check").click();
    await lead.until(() => lead.byId("import-apply").isDisabled(), false);
    await lead.byId("import-apply").click();
    await lead.until(() => lead.byId("person-row").count(), 2);
    await lead.go("/people/shifts");
    await (await lead.shows("rota-new")).click();
    await lead.byId("pattern-take").click();
    await lead.until(() => lead.byId("rota-dialog").locator(".team").count(), 4);
    await lead.byId("rota-save").click();
    await lead.shows("week-table");
    await lead.shows("calendar-problems");
    await leaving.go("/people/shifts");
    await leaving.shows("week-table");
    expect(await leaving.byId("rota-edit").count()).toBe(0);
  });
});
