/** Signing in through the organisation's own provider, in a browser and back. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuild } from "../../bin/bootstrap/build.mjs";
import { openServer, PASSWORD, type TestServer } from "../flows/server.ts";
import { CLIENT, LocalProvider } from "../oidc/provider.ts";
import { launchBrowser } from "./support/browser.ts";
import { words } from "./support/catalogue.ts";
import { expectSound } from "./support/judge.ts";
import { contextOptions, WIDE } from "./support/look.ts";
import { View } from "./support/view.ts";

let provider: LocalProvider;
let server: TestServer;
let browser: Awaited<ReturnType<typeof launchBrowser>>;
let folder: string;
beforeAll(async () => {
  await ensureBuild();
  provider = await LocalProvider.open();
  folder = mkdtempSync(join(tmpdir(), "khien-oidc-"));
  writeFileSync(join(folder, "secret"), CLIENT.secret);
  [server, browser] = await Promise.all([
    openServer({
      config: {
        oidcIssuer: provider.issuer,
        oidcClientId: CLIENT.id,
        oidcClientSecretFile: join(folder, "secret"),
        oidcLabel: "Điện lực Sông Lam",
        oidcRoles: ["truc-ca=analyst"],
        oidcUnknown: "create",
        passwordSignIn: "break-glass",
      },
    }),
    launchBrowser(),
  ]);
  // Somebody has set it up before.
  const first = { username: "duong.nguyen", displayName: "Nguyễn Thị Thùy Dương", role: "admin" };
  await server.server.parts.auth.service.addUser({ ...first, password: PASSWORD });
  provider.expect(`${server.url.origin}/sign-in/oidc`);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await provider?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the button leads there and back to what was shared; whoever has no role is told so", async () => {
  const view = await View.open(await browser.newContext(contextOptions(WIDE)), server.url);
  view.foresee(/request elsewhere: http:\/\/127\.0\.0\.1/u);
  view.foresee(/status of 40[13] /u);
  provider.person = { sub: "s-1", preferred_username: "nga.phan", name: "Phan Thị Nga", groups: ["ke-toan"] };
  await view.go("/alerts?status=all&level=high");
  const button = await view.shows("oidc-sign-in");
  expect(await button.innerText()).toContain("Điện lực Sông Lam");
  expect(await view.byId("sign-in").count()).toBe(0);
  await expectSound(view, WIDE);
  await button.click();
  const fault = await view.shows("fault");
  expect(await fault.innerText()).toContain(words("vi", "fault.auth.oidc.no_role"));
  expect(view.page.url()).not.toContain("code=");
  await expectSound(view, WIDE);

  provider.person = { ...provider.person, groups: ["truc-ca"] };
  await view.go("/alerts?status=all&level=high");
  await (await view.shows("oidc-sign-in")).click();
  await view.shows("alert-list");
  expect(view.search().get("level")).toBe("high");
  expect(await view.byId("person-menu").innerText()).toContain("Phan Thị Nga");
  view.expectNoComplaints();
  await view.close();
});
