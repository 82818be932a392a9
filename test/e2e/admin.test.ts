/** What an administrator and the owner of a sensor do: rules, sensors, people, tokens, the audit log, one's own choices. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "../flows/api-client.ts";
import { BROKEN_FILE, GOOD_TITLE, ruleArchive } from "./support/archive.ts";
import { words } from "./support/catalogue.ts";
import { openForBusiness } from "./support/office.ts";
import { expectSound } from "./support/judge.ts";
import { WIDE } from "./support/look.ts";
import { SHIFT } from "./support/people.ts";
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

describe("rules", () => {
  test("an archive is imported; the report names file and line of what was refused", async () => {
    await view.go("/rules/imports");
    await view.shows("import-choose");
    await view
      .byId("import-file")
      .setInputFiles({ name: "luat-cua-to.tar.gz", mimeType: "application/gzip", buffer: await ruleArchive() });
    await view.shows("import-report");
    expect(await view.byId("import-loaded").innerText()).toBe("3");
    expect(await view.byId("import-rejected").innerText()).toBe("2");
    expect(await view.byId("import-no_data").innerText()).toBe("1");
    const problems = await view.byId("import-problems").innerText();
    expect(problems).toMatch(new RegExp(`${BROKEN_FILE.replaceAll(".", "\\.")}:\\d+`, "u"));
    await view.until(() => view.byId("import-list").locator("tbody tr").count(), 1);

    await view.go(`/rules?q=${encodeURIComponent(GOOD_TITLE)}`);
    await (await view.shows("rule-row")).click();
    expect(await (await view.shows("rule-panel")).innerText()).toContain("Tổ phát hiện Sông Lam");
  });

  test("a rule is switched off and on again, and the list shows it", async () => {
    await view.go("/rules?q=shadow%20copies%20deleted");
    await (await view.shows("rule-row")).click();
    await view.shows("rule-panel");
    const only = (enabled: string) => async () =>
      (
        await stage.admin.get<{ items: { title: string }[] }>(
          `/api/v1/rules?enabled=${enabled}&q=shadow%20copies%20deleted`,
        )
      ).items.length;
    await view.byId("rule-switch").click();
    await view.until(only("false"), 1);
    await view.until(() => view.byId("rule-switch").innerText(), words("vi", "rule.enable"));
    await view.byId("rule-switch").click();
    await view.until(only("true"), 1);
  });

  test("coverage says which sources feed rules and which rules nobody feeds", async () => {
    await view.go("/rules/coverage");
    const live = await view.shows("coverage-live");
    expect(await live.locator("tbody tr").count()).toBeGreaterThan(3);
    expect(await (await view.shows("coverage-none")).innerText()).toContain("zos");
  });
});

test("a sensor gets the rhythm it is expected to keep", async () => {
  await view.go("/sensors?sensor=log-songlam&tab=settings");
  const form = await view.shows("sensor-form");
  await form.locator("select").selectOption("900");
  await form.locator("textarea").fill("Ghi chú của ca trực");
  await view.byId("sensor-save").click();
  await view.shows("toast");
  await view.page.reload();
  await view.until(() => view.byId("sensor-form").locator("select").inputValue(), "900");
  expect(await view.byId("sensor-form").locator("textarea").inputValue()).toBe("Ghi chú của ca trực");
});

describe("people and keys", () => {
  test("a new colleague signs in, chooses a password of their own and is where they wanted to be", async () => {
    await view.go("/settings/users");
    await (await view.shows("user-new")).click();
    const dialog = await view.shows("user-dialog");
    await dialog.locator("[name=displayName]").fill("Đặng Thị Mỹ Duyên");
    await dialog.locator("[name=username]").fill("duyen.dang");
    await dialog.locator("[name=password]").fill("ngắn");
    await dialog.getByRole("alert").waitFor();
    expect(await view.byId("user-save").isDisabled()).toBe(true);
    await dialog.locator("[name=password]").fill("một câu dài dễ nhớ khó đoán");
    await view.byId("user-save").click();
    await dialog.waitFor({ state: "detached" });
    await view.until(async () => (await view.byId("user-list").innerText()).includes("Đặng Thị Mỹ Duyên"), true);
    expect(await view.byId("user-list").innerText()).toContain("chưa tự đặt mật khẩu");
    const [given, own] = ["một câu dài dễ nhớ khó đoán", "câu của riêng tôi, không ai biết"];
    const newcomer = await stage.stranger();
    await newcomer.go("/alerts");
    await newcomer.page.locator("[name=username]").fill("duyen.dang");
    await newcomer.page.locator("[name=password]").fill(given);
    await newcomer.press("Enter");
    await newcomer.shows("must-change-password");
    await expectSound(newcomer, WIDE);
    newcomer.foresee(/status of 422 .*\/api\/v1\/session\/password$/u);
    const change = async (next: string) => {
      await newcomer.page.locator("[name=current]").fill(given);
      await newcomer.page.locator("[name=next]").fill(next);
      await newcomer.byId("password-save").click();
    };
    await change(given);
    await newcomer.shows("fault");
    await change(own);
    await newcomer.shows("alert-list");
    newcomer.expectNoComplaints();
    await newcomer.close();
  });

  test("the secret of a token is shown once, works, and is gone with it", async () => {
    await view.go("/settings/tokens");
    await (await view.shows("token-new")).click();
    const dialog = await view.shows("token-dialog");
    await dialog.locator("[name=name]").fill("Trạm 110 kV Hưng Nguyên");
    await view.byId("token-save").click();
    const secret = await (await view.shows("token-secret")).innerText();
    const send = () =>
      fetch(new URL("/api/v1/events", stage.url), {
        method: "POST",
        body: "xin chào\n",
        headers: { authorization: `Bearer ${secret}`, "content-type": "text/plain" },
      });
    expect((await send()).status).toBe(200);
    await view.byId("token-done").click();
    await view.byId("token-dialog").waitFor({ state: "detached" });
    expect(await view.page.content()).not.toContain(secret);
    const row = view.byId("token-row").filter({ hasText: "Trạm 110 kV Hưng Nguyên" });
    await row.getByRole("button").click();
    await (await view.shows("revoke-submit")).click();
    await row.waitFor({ state: "detached" });
    expect((await send()).status).toBe(401);
  });
});

test("people come from a CSV: wrong lines first, then new and changed apart, then passwords, once", async () => {
  await view.go("/settings/users");
  await (await view.shows("user-import")).click();
  const choose = (lines: string) =>
    view.byId("people-import-file").setInputFiles({
      name: "ca-dem.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`Tên đăng nhập;Họ tên;Vai trò\n${lines}`),
    });
  await choose("sau.nguyen;Nguyễn Thị Sáu;analyst\nbay.tran;Trần Bảy;admin\n");
  const problems = await view.shows("people-import-problems");
  expect(await problems.innerText()).toContain("ca-dem.csv:3");
  expect(await view.byId("people-import-apply").isDisabled()).toBe(true);
  await choose(`sau.nguyen;Nguyễn Thị Sáu;analyst\n${SHIFT.viewer.username};Tên đã đổi;\n`);
  await view.shows("people-import-outlook");
  expect(await view.byId("people-import-new").count()).toBe(1);
  expect(await view.byId("people-import-change").innerText()).toContain("→ Tên đã đổi");
  await view.byId("people-import-apply").click();
  await view.shows("people-imported");
  await view.press("Escape");
  expect(await view.byId("people-import-close").isDisabled()).toBe(true);
  const saving = view.page.waitForEvent("download");
  await view.byId("people-import-passwords").click();
  const text = await readFile((await (await saving).path()) ?? "", "utf8");
  const password = /sau\.nguyen,((?:[a-z2-9]{5}-?){4})/u.exec(text)?.[1] ?? "";
  await view.byId("people-import-close").click();
  await view.byId("people-import-dialog").waitFor({ state: "detached" });
  expect(await view.page.content()).not.toContain(password);
  await view.page.getByText("Tên đã đổi").waitFor();
  const entered = await ApiClient.signIn(stage.url, { username: "sau.nguyen", password });
  expect((await entered.get<{ user: { role: string } }>("/api/v1/session")).user.role).toBe("analyst");
});

test("a program gets an account; its secret is changed with a day of grace, and the old one is revoked by hand", async () => {
  await view.go("/settings/service-accounts");
  await view.shows("empty");
  await (await view.shows("service-new")).click();
  const dialog = await view.shows("service-dialog");
  await dialog.locator("[name=name]").fill("Đồng bộ tài sản");
  expect(await dialog.locator("[name=role] option").evaluateAll((all) => all.map(({ value }) => value))).not.toContain(
    "admin",
  );
  await dialog.locator("[name=role]").selectOption("viewer");
  await view.byId("service-save").click();
  const toldSecret = async () => {
    const secret = await (await view.shows("token-secret")).innerText();
    await view.byId("token-done").click();
    await view.byId("service-dialog").waitFor({ state: "detached" });
    expect(await view.page.content()).not.toContain(secret);
    return secret;
  };
  const first = await toldSecret();
  const works = async (secret: string) => {
    const answer = await fetch(new URL("/api/v1/alerts", stage.url), {
      headers: { authorization: `Bearer ${secret}` },
    });
    return answer.status === 200;
  };
  expect(await works(first)).toBe(true);
  await view.byId("service-rotate").click();
  await (await view.shows("rotate-submit")).click();
  const second = await toldSecret();
  expect([await works(first), await works(second)]).toEqual([true, true]);
  const old = view.byId("service-secret").filter({ hasText: first.slice(0, 16) });
  await old.getByRole("button").click();
  await (await view.shows("service-end-submit")).click();
  await old.waitFor({ state: "detached" });
  expect([await works(first), await works(second)]).toEqual([false, true]);
});

test("the audit log shows who did what, opens an entry and proves that nothing was changed", async () => {
  await view.go("/settings/audit");
  const row = await view.shows("audit-row");
  const list = await view.byId("audit-list").innerText();
  expect(list).toContain(SHIFT.admin.username);
  expect(list).not.toMatch(/\b[a-z_]+\.[a-z_]+\.[a-z_]+\b/u);
  await row.click();
  expect(await view.page.locator(".audit-details pre").innerText()).toMatch(/[{[]/u);
  await view.byId("audit-verify").click();
  const verdict = await view.shows("audit-verdict");
  await view.until(async () => /[0-9a-f]{64}/u.test(await verdict.innerText()), true);
});

test("language and theme are the person's: they hold on the next visit and on another device", async () => {
  await view.go("/settings/profile");
  const [language, theme] = [
    view.byId("profile").locator("select").nth(0),
    view.byId("profile").locator("select").nth(1),
  ];
  await view.shows("profile");
  await language.selectOption("en");
  await view.until(() => view.page.locator("html").getAttribute("lang"), "en");
  await theme.selectOption("light");
  await view.until(() => view.page.locator("html").getAttribute("data-theme"), "light");
  await view.go("/watch");
  await view.shows("watch");
  expect(await view.page.locator("html").getAttribute("lang")).toBe("en");
  const elsewhere = await stage.server.withToken("read");
  expect(elsewhere).toBeDefined();
  const { items } = await stage.admin.get<{ items: { username: string; language: string; theme: string }[] }>(
    "/api/v1/users",
  );
  expect(items.find(({ username }) => username === SHIFT.admin.username)).toMatchObject({
    language: "en",
    theme: "light",
  });
  await view.byId("theme-switch").click();
  await view.until(() => view.page.locator("html").getAttribute("data-theme"), "dark");
  await view.byId("language-switch").click();
  await view.until(() => view.page.locator("html").getAttribute("lang"), "vi");
});
