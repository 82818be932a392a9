/** Who may see and do what; how one gets in and out; what one sees when something is missing or broken. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PASSWORD } from "../flows/server.ts";
import { words } from "./support/catalogue.ts";
import { expectSound, settle } from "./support/judge.ts";
import { LOOKS, nameOf, WIDE } from "./support/look.ts";
import { poisonedRecord } from "./support/hostile.ts";
import { SHIFT } from "./support/people.ts";
import { takeForAlbum } from "./support/picture.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

const opened: View[] = [];
afterEach(async () => {
  for (const view of opened.splice(0)) {
    view.expectNoComplaints();
    await view.close();
  }
});
const as = async (...args: Parameters<Stage["as"]>) => kept(await stage.as(...args));
const stranger = async (...args: Parameters<Stage["stranger"]>) => kept(await stage.stranger(...args));
function kept(view: View): View {
  opened.push(view);
  return view;
}

describe.each(LOOKS.map((look) => ({ look, as: nameOf(look) })))("before anything has come in: $as", ({ look }) => {
  test("empty screens say what to do next", async () => {
    const view = await as(SHIFT.admin, look);
    for (const path of ["/watch", "/alerts", "/hunt", "/sensors", "/settings/tokens"]) {
      await view.go(path);
      const empty = await view.shows("empty");
      expect(await empty.getByRole("button").count()).toBeGreaterThan(0);
      await settle(view);
      await takeForAlbum(view, `empty ${path} ${nameOf(look)}`);
      await expectSound(view, look);
    }
  });

  test("sign-in", async () => {
    const view = await stranger(look);
    await view.go("/alerts");
    await view.shows("sign-in");
    await takeForAlbum(view, `sign in ${nameOf(look)}`);
    await expectSound(view, look);
  });
});

describe("signing in and out", () => {
  test("a shared link leads to sign-in and then to what was shared", async () => {
    const view = await stranger();
    await view.go("/alerts?status=all&level=high");
    await view.shows("sign-in");
    await view.page.locator("[name=username]").fill(SHIFT.analyst.username);
    await view.page.locator("[name=password]").fill(PASSWORD);
    await view.press("Enter");
    await view.shows("alert-list");
    expect(view.search().get("level")).toBe("high");
    await view.byId("person-menu").click();
    await view.byId("sign-out").click();
    await view.shows("sign-in");
    await view.go("/watch");
    await view.shows("sign-in");
  });

  test("a wrong password is told without telling which half was wrong", async () => {
    const view = await stranger();
    view.foresee(/status of 401 /u);
    await view.go("/watch");
    await view.shows("sign-in");
    await view.page.locator("[name=username]").fill(SHIFT.analyst.username);
    await view.page.locator("[name=password]").fill("sai mật khẩu rồi nhé");
    await view.press("Enter");
    const fault = await view.shows("fault");
    expect(await fault.innerText()).toContain(words("vi", "fault.auth.sign_in.failed"));
    await expectSound(view, WIDE);
  });

  test("a session that ended leads to sign-in and back to the same place", async () => {
    const view = await as(SHIFT.analyst);
    view.foresee(/status of 401 /u);
    await view.go("/rules?q=shadow");
    await view.shows("rule-row");
    await view.page.context().clearCookies();
    await (await view.shows("rule-row")).click();
    await view.shows("sign-in");
    await view.page.locator("[name=username]").fill(SHIFT.analyst.username);
    await view.page.locator("[name=password]").fill(PASSWORD);
    await view.press("Enter");
    await view.shows("rule-panel");
    expect(view.search().get("q")).toBe("shadow");
  });
});

describe("roles", () => {
  beforeAll(async () => {
    const sender = await stage.server.withToken("ingest", "vai-tro");
    await sender.deliver(`${poisonedRecord(new Date())}\n`);
    await stage.server.settled();
  });

  const openAnAlert = async (view: View) => {
    await view.go("/alerts");
    await (await view.shows("alert-row")).click();
    await view.shows("rule-text");
  };
  const places = async (view: View) => (await view.byId("rail").locator("a").all()).length;

  test("a viewer reads and finds no button that changes anything", async () => {
    const view = await as(SHIFT.viewer);
    await openAnAlert(view);
    expect(await view.page.locator("[data-testid^=action-]").count()).toBe(0);
    expect(await view.byId("alert-row").first().locator("input[type=checkbox]").count()).toBe(0);
    await view.press("c", "a", "e", "x");
    expect(await view.byId("close-dialog").count()).toBe(0);
    await view.go("/rules");
    await (await view.shows("rule-row")).click();
    await view.shows("rule-panel");
    expect(await view.byId("rule-switch").count()).toBe(0);
    await view.go("/rules/imports");
    await view.page.getByText(words("vi", "imports.admins_only")).waitFor();
    expect(await view.byId("import-choose").count()).toBe(0);
    await view.go("/sensors?sensor=vai-tro&tab=settings");
    await view.shows("sensor-form");
    expect(await view.byId("sensor-form").locator("button:enabled, input:enabled, select:enabled").count()).toBe(0);
  });

  const OWN = ["profile", "notice_rules", "security"];
  test.each([
    { person: SHIFT.viewer, sees: OWN },
    { person: SHIFT.analyst, sees: OWN },
    {
      person: SHIFT.admin,
      sees: [...OWN, "users", "roles", "policy", "approvals", "tokens", "service_accounts", "destinations", "audit"],
    },
  ])("$person.role sees of the settings: $sees", async ({ person, sees }) => {
    const view = await as(person);
    await view.go("/settings/profile");
    await view.shows("profile");
    expect(await places(view)).toBe(10);
    const tabs = await view.page
      .locator("[data-testid^=page-]")
      .evaluateAll((all) => all.map((tab: { dataset: { testid: string } }) => tab.dataset.testid.slice(5)));
    expect(tabs).toEqual(sees);
  });

  test("an analyst who types an administrator's address is refused in words", async () => {
    const view = await as(SHIFT.analyst);
    view.foresee(/status of 403 /u);
    await view.go("/settings/users");
    const fault = await view.shows("fault");
    expect(await fault.innerText()).toContain(words("vi", "fault.advice.forbidden"));
    await expectSound(view, WIDE);
  });
});

describe("when something is wrong", () => {
  test.each([
    { path: "/alerts", api: "**/api/v1/alerts?*" },
    { path: "/watch", api: "**/api/v1/watch?*" },
    { path: "/settings/audit", api: "**/api/v1/audit?*" },
  ])("$path tells it, with the code, and tries again when asked", async ({ path, api }) => {
    const view = await as(SHIFT.admin);
    view.foresee(/status of 500 /u);
    const problem = {
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      code: "server.unexpected",
      instance: "req-7",
    };
    await view.page.route(api, (route) =>
      route.fulfill({ status: 500, contentType: "application/problem+json", json: problem }),
    );
    await view.go(path);
    const fault = await view.shows("fault");
    expect(await fault.innerText()).toContain("server.unexpected");
    await expectSound(view, WIDE);
    await view.page.unroute(api);
    await fault.getByRole("button", { name: words("vi", "action.retry") }).click();
    await fault.waitFor({ state: "detached" });
  });

  test("an address that is nowhere leads back", async () => {
    const view = await as(SHIFT.viewer);
    await view.go("/khong-co-trang-nay");
    await view.page.locator("main a, main button").first().waitFor();
    expect(await view.page.locator("main").innerText()).not.toBe("Not Found");
    await expectSound(view, WIDE);
  });

  test("a server that goes away: the page says so, keeps what it shows, and recovers nothing by itself", async () => {
    const own = await Stage.open();
    const view = await own.as(SHIFT.viewer);
    view.foresee(/ERR_|EventSource|status of 50\d/u);
    await view.go("/rules");
    await view.shows("rule-row");
    await own.server.server.close();
    await view.shows("live-lost");
    expect(await view.byId("rule-row").count()).toBeGreaterThan(5);
    await view.byId("rail-alerts").click();
    const fault = await view.shows("fault");
    expect(await fault.innerText()).toContain(words("vi", "fault.advice.network"));
    view.expectNoComplaints();
    await own.closeBrowser();
  });
});
