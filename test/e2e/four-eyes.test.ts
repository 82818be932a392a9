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
