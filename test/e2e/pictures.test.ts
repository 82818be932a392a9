/** The pictures of the README, from the running product. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { settle } from "./support/judge.ts";
import type { Look } from "./support/look.ts";
import { liveThroughTheDay, workForAWhile } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { takeForReadme } from "./support/picture.ts";
import { findPlaces, type Places } from "./support/places.ts";
import { Stage } from "./support/stage.ts";

let stage: Stage;
let places: Places;
beforeAll(async () => {
  stage = await Stage.open();
  await liveThroughTheDay(stage);
  await workForAWhile(stage);
  places = await findPlaces(stage.admin);
});
afterAll(() => stage?.close());

interface Picture {
  readonly name: string;
  readonly look: Look;
  readonly path: (places: Places) => string;
  readonly shows: string;
}

const PICTURES: readonly Picture[] = [
  {
    name: "queue-dark-en",
    look: { language: "en", theme: "dark", width: 1440 },
    path: () => "/alerts",
    shows: "alert-row",
  },
  {
    name: "watch-light-vi",
    look: { language: "vi", theme: "light", width: 1440 },
    path: () => "/watch?hours=6",
    shows: "newest-alerts",
  },
  {
    name: "hunt-dark-vi",
    look: { language: "vi", theme: "dark", width: 1440 },
    path: () => "/hunt?q=host%3ASRV-FILE01*",
    shows: "event-row",
  },
  {
    name: "panel-light-en",
    look: { language: "en", theme: "light", width: 1440 },
    path: ({ alert }) => `/alerts?alert=${alert}`,
    shows: "rule-text",
  },
];

test.each(PICTURES)("$name", async ({ name, look, path, shows }) => {
  const view = await stage.as(SHIFT.colleague, look);
  await view.go(path(places));
  await view.shows(shows);
  await settle(view);
  const picture = await takeForReadme(view, name);
  // Width and height stand in the header of a PNG.
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1440, 900]);
  view.expectNoComplaints();
  await view.close();
});
