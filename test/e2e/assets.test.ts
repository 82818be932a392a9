/** The register at work: a system written down by keyboard, an edit that meets another, a level found, what was seen taken in. */
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
  view = await stage.as(SHIFT.admin);
  // The refusal of a stale version, which the test provokes.
  view.foresee(/status of 409 .*\/api\/v1\/assets\//u);
});
afterAll(() => stage?.close());
afterEach(() => view.expectNoComplaints());

interface SystemPage {
  readonly system: { readonly version: number; readonly name: string; readonly [fact: string]: unknown };
}
const opened = () => view.search().get("system") ?? "";
const systemNow = () => stage.admin.get<SystemPage>(`/api/v1/assets/${opened()}`);

test("a system is registered, found by its key, and known by its identifiers", async () => {
  await view.go("/watch");
  await view.shows("rail-assets");
  await view.press("g", "i");
  await view.shows("empty");
  await view.byId("asset-new").click();
  await view.byId("system-name").fill("Một cửa điện tử");
  await view.byId("system-criticality").selectOption("critical");
  await view.byId("system-owner").fill("Sở Thông tin");
  await view.byId("system-save").click();
  await view.shows("asset-overview");
  await view.byId("asset-identifiers").click();
  await view.byId("service-name").fill("Cổng");
  await view.byId("service-add").click();
  await view.byId("lines-host").fill("web01\nweb02; web01");
  await view.byId("lines-address").fill("10.1.2.0/24");
  await view.byId("identifiers-save").click();
  await view.byId("tab-identifiers").click();
  await view.shows("identifier-list");
  const { body } = await stage.admin.post<{ items: { importance: string }[] }>("/api/v1/assets/importance", {
    entities: [
      { kind: "host", value: "WEB02.tinh.gov.vn" },
      { kind: "srcIp", value: "10.1.2.77" },
    ],
  });
  expect(body.items.map(({ importance }) => importance)).toEqual(["critical", "critical"]);
});

test("an edit that meets another is explained, and both are kept", async () => {
  await view.byId("asset-edit").click();
  await view.byId("system-zone").fill("DMZ");
  const { system } = await systemNow();
  await stage.admin.ask("PUT", `/api/v1/assets/${opened()}`, {
    body: JSON.stringify({ ...system, owner: "Sở Khoa học", reason: "bàn giao" }),
    headers: { "content-type": "application/json" },
  });
  await view.byId("system-save").click();
  await view.shows("asset-conflict");
  await view.byId("conflict-mine").click();
  await view.byId("asset-conflict").waitFor({ state: "detached" });
  await view.byId("system-save").click();
  await view.byId("system-dialog").waitFor({ state: "detached" });
  expect((await systemNow()).system).toMatchObject({ owner: "Sở Khoa học", zone: "DMZ" });
});

test("the level follows the answers at once, and is kept with its dossier", async () => {
  await view.byId("asset-assess").click();
  await view.shows("question-kinds");
  const outcome = () => view.byId("verdict-outcome").innerText();
  const undecided = await outcome();
  await view.byId("choice-kinds-online_service").check();
  await view.byId("choice-administrative-yes").check();
  await view.until(async () => (await outcome()) !== undecided, true);
  expect(await outcome()).toMatch(/3/u);
  await view.byId("choice-works-1").waitFor({ state: "detached" });
  await view.byId("assess-keep").click();
  await view.shows("assessment-answers");
  const path = new URL(view.page.url()).pathname.replace(/^\/systems/u, "/assets");
  for (const [format, magic] of [
    ["pdf", "%PDF"],
    ["docx", "PK"],
    ["json", "{"],
  ] as const) {
    const { status, text } = await stage.admin.ask("GET", `/api/v1${path}/dossier?format=${format}&language=vi`);
    expect([status, text.slice(0, magic.length)]).toEqual([200, magic]);
  }
});

test("what was seen is registered in one step and leaves the list", async () => {
  await view.go("/systems/seen");
  await view.shows("seen-row");
  const before = await view.byId("seen-row").count();
  await view.press("j", "x");
  await view.byId("seen-register").click();
  await view.byId("into-new").click();
  await view.byId("register-name").fill("Máy trạm");
  await view.byId("register-submit").click();
  await view.until(async () => (await view.byId("seen-row").count()) < before, true);
});

test("who only reads sees the register and no way to write it", async () => {
  const reader = await stage.as(SHIFT.viewer);
  await reader.go("/systems");
  await reader.shows("asset-row");
  expect(await reader.byId("asset-new").count()).toBe(0);
  await reader.byId("asset-row").first().click();
  await reader.shows("asset-overview");
  expect(await reader.byId("asset-edit").count()).toBe(0);
  reader.expectNoComplaints();
  await reader.close();
});
