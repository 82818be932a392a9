/** Every screen, full of realistic and hostile data, in both languages and themes, on a desk and on a phone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ruleArchive } from "./support/archive.ts";
import { registerAssets } from "./support/assets.ts";
import { workOnCases } from "./support/cases.ts";
import { IMAGE } from "./support/hostile.ts";
import { investigate } from "./support/investigated.ts";
import { keepHunts } from "./support/kept-hunts.ts";
import { expectSound, settle } from "./support/judge.ts";
import { Lanes } from "./support/lanes.ts";
import { LOOKS, nameOf } from "./support/look.ts";
import { openForBusiness, workForAWhile } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { takeForAlbum } from "./support/picture.ts";
import { notify } from "./support/notified.ts";
import { findPlaces, type Places } from "./support/places.ts";
import { employPrograms } from "./support/programs.ts";
import { SCREENS, show } from "./support/screens.ts";
import { liveForWeeks } from "./support/sensors.ts";
import { Stage } from "./support/stage.ts";
import { staff } from "./support/staffed.ts";
import { governStorage, keepForWeeks } from "./support/stored.ts";
import { tuneRules } from "./support/tuned.ts";
import { WINDOWS } from "./support/windows/index.ts";

let stage: Stage;
let places: Places;
beforeAll(async () => {
  stage = await Stage.open();
  await keepForWeeks(stage);
  await openForBusiness(stage);
  await workForAWhile(stage);
  const { body } = await stage.admin.ask<{ import: { id: string } }>(
    "POST",
    "/api/v1/rules/imports?name=luat-cua-to.tar.gz",
    {
      body: new Uint8Array(await ruleArchive()),
      headers: { "content-type": "application/octet-stream" },
    },
  );
  await stage.admin.post("/api/v1/tokens", {
    name: "Máy chuyển log trạm 220 kV Nghi Sơn",
    scope: "ingest",
    sensor: "log-songlam",
    expiresInDays: 90,
  });
  places = {
    sensorAlert: await liveForWeeks(stage),
    ...(await findPlaces(stage.admin, body.import.id)),
    tuned: await tuneRules(stage),
    stored: await governStorage(stage),
    investigated: await investigate(stage),
    kept: await keepHunts(stage),
    assets: await registerAssets(stage),
    people: await staff(stage),
    cases: await workOnCases(stage),
  };
  await employPrograms(stage);
  await notify(stage);
});
afterAll(() => stage?.close());

describe.each(LOOKS.map((look) => ({ look, as: nameOf(look) })))("$as", ({ look }) => {
  let lanes: Lanes;
  beforeAll(async () => {
    lanes = await Lanes.open(stage, SHIFT.admin, look);
    lanes.foresee(/status of 422 .*\/api\/v1\/(?:events|hunt)/u);
  });
  afterAll(() => lanes.close());

  test.concurrent.each(SCREENS)("$name", (screen) =>
    lanes.use(async (view) => {
      await show(view, screen, places);
      await takeForAlbum(view, `${screen.name} ${nameOf(look)}`);
      await expectSound(view, look);
    }),
  );

  test.concurrent.each(look.width === 390 ? [] : WINDOWS)("window: $name", ({ name, path, on, open, shows }) =>
    lanes.use(async (view) => {
      await view.go(typeof path === "string" ? path : path(places));
      await view.shows(on);
      await open(view);
      await view.shows(shows);
      await settle(view);
      await takeForAlbum(view, `window ${name} ${nameOf(look)}`);
      await expectSound(view, look);
    }),
  );
});

test("an image in a log is text everywhere: nothing was fetched, nothing ran", async () => {
  const view = await stage.as(SHIFT.viewer);
  for (const path of [
    `/alerts?status=all&alert=${places.hostileAlert}&tab=event`,
    "/hunt?range=24h&q=sensor%3A%22gia-mao%22",
    "/watch",
  ]) {
    await view.go(path);
    // The watch floor shows the newest alerts; by now there are newer ones.
    if (path === "/watch") await view.shows("newest-alerts");
    else await view.page.getByText(IMAGE).filter({ visible: true }).first().waitFor();
    expect(
      await view.page
        .locator("#root img:not([src='/mark.svg']), #root script, #root [onerror], #root [onload]")
        .count(),
    ).toBe(0);
  }
  view.expectNoComplaints();
  await view.close();
});
