/** How people prove who they are: passkeys of a virtual authenticator, one-time codes, asking again before what is dangerous. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CDPSession } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RECORDS_FILE } from "../../src/platform/audit/index.ts";
import { hotp, stepOf } from "../../src/platform/auth/second-factor/totp.ts";
import { PASSWORD } from "../flows/server.ts";
import { words } from "./support/catalogue.ts";
import { expectSound } from "./support/judge.ts";
import { WIDE } from "./support/look.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

/** Has a passkey from the first test on, and is nobody else's administrator. */
const KEYED = { username: "chi.le", displayName: "Lê Thị Kim Chi", role: "admin" } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.server.server.parts.auth.service.addUser({ ...KEYED, password: PASSWORD });
});
afterAll(() => stage?.close());

const opened: View[] = [];
afterEach(async () => {
  for (const view of opened.splice(0)) {
    view.expectNoComplaints();
    await view.close();
  }
});
const kept = (view: View): View => {
  opened.push(view);
  return view;
};

/** Browsers give passkeys only to names: the same server, called localhost. */
async function atLocalhost(): Promise<View> {
  const url = new URL(stage.url);
  url.hostname = "localhost";
  const view = kept(await stage.stranger(WIDE, url));
  view.foresee(/status of 40[13] /u);
  return view;
}

async function enter(view: View, person: { username: string }, password = PASSWORD): Promise<void> {
  await view.shows("sign-in");
  await view.page.locator("[name=username]").fill(person.username);
  await view.page.locator("[name=password]").fill(password);
  await view.byId("sign-in-submit").click();
}

async function leave(view: View): Promise<void> {
  await view.byId("person-menu").click();
  await view.byId("sign-out").click();
  await view.shows("sign-in");
}

async function plugIn(view: View): Promise<CDPSession> {
  const cdp = await view.page.context().newCDPSession(view.page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return cdp;
}

/** As if every sign-in had been a while ago: the clock of the whole server need not move for it. */
function later(ms: number): void {
  const records = new DatabaseSync(join(stage.server.dataDir, RECORDS_FILE), { timeout: 5_000 });
  records.prepare("UPDATE auth_sessions SET proven_at = proven_at - ?").run(ms);
  records.close();
}

describe("a passkey", () => {
  test("is added, named, opens without a password, and proves who is there before what is dangerous", async () => {
    const view = await atLocalhost();
    await plugIn(view);
    await view.go("/settings/security");
    await enter(view, KEYED);
    await (await view.shows("passkey-add")).click();
    await (await view.shows("passkey-dialog")).locator("[name=name]").fill("Máy tính phòng trực");
    await view.byId("passkey-save").click();
    const codes = await view.shows("recovery-codes");
    expect(await codes.locator("li").count()).toBe(10);
    await view.byId("codes-done").click();
    expect(await (await view.shows("passkey-row")).innerText()).toContain("Máy tính phòng trực");
    await expectSound(view, WIDE);
    await leave(view);

    await view.byId("passkey-sign-in").click();
    await view.shows("passkey-row");
    expect(await view.byId("own-sessions").innerText()).toContain(words("vi", "sessions.own.way.passkey"));

    later(11 * 60_000);
    await view.go("/settings/tokens");
    await (await view.shows("token-new")).click();
    await (await view.shows("token-dialog")).locator("[name=name]").fill("Trạm biến áp số 3");
    await view.byId("token-save").click();
    await view.shows("step-up");
    await view.byId("proof-passkey").click();
    // The request was sent again by itself.
    await view.shows("token-secret");
    expect(await view.byId("step-up").count()).toBe(0);
    await view.byId("token-done").click();
  });
});

describe("one-time codes", () => {
  test("are set up with a key that is shown, asked for after the password, and a code from paper does too", async () => {
    const view = kept(await stage.as(SHIFT.colleague));
    view.foresee(/status of 401 /u);
    await view.go("/settings/security");
    await (await view.shows("totp-add")).click();
    const secret = (await (await view.shows("totp-secret")).innerText()).replace(/\s/gu, "");
    await view.page.locator("img.qr").waitFor();
    await expectSound(view, WIDE);
    const bits = [...secret].map((char) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"),
    );
    const key = Buffer.from((bits.join("").match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)));
    const codeNow = (drift = 0) => hotp(key, stepOf(Date.now()) + drift);
    await view.page.locator("[name=code]").fill(codeNow());
    await view.byId("totp-confirm").click();
    const codes = (await (await view.shows("recovery-codes")).innerText())
      .split("\n")
      .filter((line) => line.includes("-"));
    await view.byId("codes-done").click();
    await leave(view);

    await enter(view, SHIFT.colleague);
    await view.shows("second-step");
    await expectSound(view, WIDE);
    await view.page.locator("[name=code]").fill("000000");
    await view.press("Enter");
    expect(await (await view.shows("fault")).innerText()).toContain(words("vi", "fault.auth.factor.failed"));
    await view.page.locator("[name=code]").fill(codeNow(1));
    await view.press("Enter");
    await view.shows("own-sessions");
    await leave(view);

    await enter(view, SHIFT.colleague);
    await (await view.shows("use-recovery")).click();
    await view.page.locator("[name=code]").fill((codes[0] ?? "").toLowerCase());
    await view.press("Enter");
    await view.shows("own-sessions");
  });
});

test("a role that needs a second factor lets nobody in before there is one", async () => {
  const admin = kept(await stage.as(SHIFT.admin));
  await admin.go("/settings/policy");
  const section = await admin.shows("factor-policy");
  await section.locator("[name=viewer]").check();
  await admin.shows("toast");
  const view = await atLocalhost();
  await plugIn(view);
  await view.go("/alerts");
  await enter(view, SHIFT.viewer);
  await view.shows("must-enrol");
  await expectSound(view, WIDE);
  await (await view.shows("passkey-add")).click();
  await (await view.shows("passkey-dialog")).locator("[name=name]").fill("Điện thoại");
  await view.byId("passkey-save").click();
  await view.shows("recovery-codes");
  await view.byId("codes-done").click();
  await view.shows("alert-list");
  await admin.page.locator("[name=viewer]").uncheck();
});

test("an administrator sees where a colleague is signed in and ends it", async () => {
  const colleague = kept(await stage.as(SHIFT.analyst));
  colleague.foresee(/status of 401 /u);
  await colleague.go("/alerts");
  await colleague.shows("alert-list");
  const admin = kept(await stage.as(SHIFT.admin));
  await admin.go("/settings/users");
  const row = (await admin.shows("user-list")).locator("tr").filter({ hasText: SHIFT.analyst.username });
  await row.getByTestId("user-access-open").click();
  await (await admin.shows("user-access")).getByTestId("own-session").first().waitFor();
  await admin.byId("end-sessions").click();
  await admin.page.getByText(words("vi", "users.access.none")).waitFor();
  await colleague.byId("rail-rules").click();
  await colleague.shows("sign-in");
});

test("the break-glass credential opens once; everyone sees the alarm until an administrator answers for it", async () => {
  const admin = kept(await stage.as(SHIFT.admin));
  await admin.go("/settings/policy");
  await (await admin.shows("break-glass-seal")).click();
  const credential = await (await admin.shows("break-glass-credential")).innerText();
  await admin.byId("sealed-done").click();
  const onShift = kept(await stage.as(SHIFT.analyst));
  await onShift.go("/alerts");
  await onShift.shows("alert-list");

  const glass = kept(await stage.stranger());
  await glass.go("/settings/security");
  await enter(glass, { username: "break-glass" }, credential.toLowerCase());
  await glass.shows("break-glass-banner");
  await onShift.shows("break-glass-banner");
  expect(await onShift.byId("acknowledge").count()).toBe(0);
  await expectSound(onShift, WIDE);
  await (await admin.shows("acknowledge")).click();
  await (await admin.shows("acknowledge-dialog")).locator("textarea").fill("Mất cả hai khóa của quản trị viên");
  await admin.byId("acknowledge-do").click();
  await onShift.byId("break-glass-banner").waitFor({ state: "detached" });
  expect(await admin.byId("break-glass-state").innerText()).toContain(words("vi", "break_glass.state.used"));
});
