/** Every screen of the signed-in console, with what tells that its data has come. */
import type { ApiClient } from "../../flows/api-client.ts";
import { IMAGE } from "./hostile.ts";
import { settle } from "./judge.ts";
import type { View } from "./view.ts";

/** Addresses that only exist once there is data. */
export interface Places {
  readonly alert: string;
  readonly hostileAlert: string;
  readonly rule: string;
  readonly report: string;
}

export interface Screen {
  readonly name: string;
  readonly path: (places: Places) => string;
  /** A test id that is there when the data is. */
  readonly shows: string;
  readonly act?: (view: View) => Promise<void>;
}

const openFirst = (row: string, shows: string) => async (view: View) => {
  await (await view.shows(row)).click();
  await view.shows(shows);
};

export const SCREENS: readonly Screen[] = [
  { name: "watch floor", path: () => "/watch", shows: "newest-alerts" },
  { name: "queue", path: () => "/alerts?status=all", shows: "alert-row" },
  { name: "alert: why", path: ({ alert }) => `/alerts?status=all&alert=${alert}`, shows: "rule-text" },
  {
    name: "alert: event of a hostile sender",
    path: ({ hostileAlert }) => `/alerts?status=all&alert=${hostileAlert}&tab=event`,
    shows: "event-view",
  },
  {
    name: "alert: context",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}&tab=context`,
    shows: "context-events",
  },
  {
    name: "alert: history",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}&tab=history`,
    shows: "alert-history",
  },
  { name: "hunt", path: () => "/hunt?range=24h", shows: "event-row" },
  {
    name: "hunt: opened event",
    path: () => "/hunt?range=24h&q=sensor%3A%22gia-mao%22",
    shows: "event-row",
    act: openFirst("event-row", "event-view"),
  },
  { name: "hunt: grouped", path: () => "/hunt?range=24h&group=host", shows: "top-table" },
  { name: "hunt: wrong query", path: () => "/hunt?q=user%3A(lan", shows: "hunt-error" },
  { name: "rules", path: () => "/rules", shows: "rule-row" },
  { name: "rule", path: ({ rule }) => `/rules?rule=${rule}`, shows: "rule-panel" },
  { name: "coverage", path: () => "/rules/coverage", shows: "coverage-live" },
  { name: "import report", path: ({ report }) => `/rules/imports?report=${report}`, shows: "import-report" },
  { name: "sensors", path: () => "/sensors", shows: "sensor-row" },
  { name: "sensor", path: () => "/sensors?sensor=log-songlam", shows: "sensor-panel" },
  { name: "connect a source", path: () => "/sensors/connect", shows: "connect" },
  { name: "profile", path: () => "/settings/profile", shows: "profile" },
  { name: "users", path: () => "/settings/users", shows: "user-list" },
  { name: "tokens", path: () => "/settings/tokens", shows: "token-list" },
  {
    name: "audit",
    path: () => "/settings/audit",
    shows: "audit-row",
    act: async (view) => view.byId("audit-row").first().click(),
  },
];

interface Window {
  readonly name: string;
  readonly path: string;
  readonly on: string;
  readonly open: (view: View) => Promise<void>;
  readonly shows: string;
}

/** Windows over a screen. */
export const WINDOWS: readonly Window[] = [
  { name: "key sheet", path: "/alerts", on: "alert-row", shows: "key-sheet", open: (view) => view.press("?") },
  { name: "palette", path: "/alerts", on: "alert-row", shows: "palette", open: (view) => view.press("Control+k") },
  {
    name: "closing an alert",
    path: "/alerts",
    on: "alert-row",
    shows: "close-dialog",
    open: (view) => view.press("j", "c"),
  },
  {
    name: "new user",
    path: "/settings/users",
    on: "user-list",
    shows: "user-dialog",
    open: (view) => view.byId("user-new").click(),
  },
  {
    name: "new token",
    path: "/settings/tokens",
    on: "token-list",
    shows: "token-dialog",
    open: (view) => view.byId("token-new").click(),
  },
];

export async function findPlaces(admin: ApiClient, report = ""): Promise<Places> {
  const alerts = await admin.all<{ id: string; rule: { id: string; title: string }; entity: { value: string } }>(
    "/api/v1/alerts?limit=500",
  );
  const idOf = (alert: (typeof alerts)[number] | undefined): string => encodeURIComponent(alert?.id ?? "");
  const shadow = alerts.filter(({ rule }) => rule.title === "Shadow Copies Deleted");
  if (shadow.length === 0) throw new Error("the alert to look at did not come");
  return {
    alert: idOf(shadow.find(({ entity }) => entity.value.toLowerCase() !== IMAGE)),
    hostileAlert: idOf(shadow.find(({ entity }) => entity.value.toLowerCase() === IMAGE)),
    rule: encodeURIComponent(shadow[0]?.rule.id ?? ""),
    report: encodeURIComponent(report),
  };
}

export async function show(view: View, { path, shows, act }: Screen, places: Places): Promise<void> {
  await view.go(path(places));
  await view.shows(shows);
  await act?.(view);
  await settle(view);
}
