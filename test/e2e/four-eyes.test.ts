/** What one person must not do alone: asked for by one, decided by another. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD } from "../flows/server.ts";
import { words } from "./support/catalogue.ts";
import { expectSound } from "./support/judge.ts";
import { WIDE } from "./support/look.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";

const LEAD = { username: "ha.do", displayName: "Đỗ Thị Thu Hà", role: "lead" } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.server.server.parts.auth.service.addUser({ ...LEAD, password: PASSWORD });
});
afterAll(() => stage?.close());

test("the administrator's role is asked for with a reason, agreed to by another by key, and then given", async () => {
  const admin = await stage.as(SHIFT.admin);
  admin.foresee(/status of 409 /u);
  await admin.go("/settings/policy");
  const kinds = await admin.shows("approval-kinds");
  await kinds.locator("[name='auth.admin.grant']").check();
  await admin.until(() => kinds.locator("[name='auth.admin.grant']").isChecked(), true);

  await admin.go("/settings/users");
  const row = (await admin.shows("user-list")).locator("tr").filter({ hasText: SHIFT.analyst.username });
  await row
    .getByRole("button", { name: words("vi", "users.edit") })
    .last()
    .click();
  await (await admin.shows("user-dialog")).locator("select").selectOption("admin");
  await admin.byId("user-save").click();
  const ask = await admin.shows("reason-ask");
  await expectSound(admin, WIDE);
  await ask.locator("textarea").fill("Trực thay chị Dương tuần 48");
  await admin.byId("reason-send").click();
  const opened = await admin.shows("request-opened");
  await opened.getByRole("link").click();
  await admin.shows("approval-withdraw");
  expect(await admin.byId("approval-approve").count()).toBe(0);

  const lead = await stage.as(LEAD);
  lead.foresee(/status of 403 /u);
  await lead.go("/settings/approvals");
  await (await lead.shows("approval-row")).click();
  const panel = await lead.shows("approval-panel");
  expect(await panel.innerText()).toContain("Trực thay chị Dương tuần 48");
  expect(await lead.byId("approval-changes").innerText()).toContain(words("vi", "role.admin"));
  await expectSound(lead, WIDE);
  await lead.press("y");
  await lead.shows("decide-dialog");
  await lead.byId("decide-do").click();
  await lead.page.getByText(words("vi", "approvals.none.waiting")).waitFor();
  // The other's screen follows by itself.
  await admin.until(
    async () => (await admin.byId("approval-history").innerText()).includes(words("vi", "approvals.step.done")),
    true,
  );
  const { items } = await stage.admin.get<{ items: { username: string; role: string }[] }>("/api/v1/users");
  expect(items.find(({ username }) => username === SHIFT.analyst.username)?.role).toBe("admin");
  for (const view of [admin, lead]) {
    view.expectNoComplaints();
    await view.close();
  }
});

test("somebody is named in a restricted case known by its number alone", async () => {
  const { body } = await stage.admin.post<{ id: string; number: string }>("/api/v1/cases", {
    title: "Hồ sơ không còn ai mở được",
    kind: "data_leak",
    restricted: true,
  });
  const lead = await stage.as(LEAD);
  lead.foresee(/status of 40[39] /u);
  await lead.go("/cases");
  await (await lead.shows("case-ask-access")).click();
  await (await lead.shows("ask-access-number")).fill(body.number.toLowerCase());
  await lead.byId("ask-access-person").selectOption({ label: SHIFT.colleague.displayName });
  await lead.byId("case-reason").fill("Người phụ trách đã nghỉ việc");
  await lead.byId("ask-access-send").click();
  await (await lead.shows("request-opened")).getByRole("link").click();
  expect(await (await lead.shows("approval-panel")).innerText()).toContain(body.number);
  const { items } = await stage.admin.get<{ items: { id: string; kind: string }[] }>("/api/v1/approvals");
  const request = items.find(({ kind }) => kind === "incidents.access.open")?.id ?? "";
  await stage.admin.post(`/api/v1/approvals/${request}/decision`, { decision: "approve" });
  const colleague = await stage.as(SHIFT.colleague);
  await colleague.go(`/cases/${body.id}`);
  await colleague.shows("restricted-banner");
  lead.foresee(/status of 404 /u);
  await lead.go(`/cases/${body.id}`);
  await lead.page.getByText(words("vi", "case.gone.title")).waitFor();
  for (const view of [lead, colleague]) {
    view.expectNoComplaints();
    await view.close();
  }
});
