/** Every screen of the signed-in console, with what tells that its data has come. */
import { MARK, OTHER_HOST, processRecord } from "./author.ts";
import { VICTIM } from "./investigated.ts";
import { settle } from "./judge.ts";
import { cased, investigated, kept, type Places, registered, staffed, stored, tuned } from "./places.ts";
import { HEALTHY_SENSOR, SILENT_SENSOR } from "./sensors.ts";
import type { View } from "./view.ts";

export interface Screen {
  readonly name: string;
  readonly path: (places: Places) => string;
  /** A test id that is there when the data is. */
  readonly shows: string;
  readonly act?: (view: View) => Promise<void>;
}

const alertOf = (id: string) => `/alerts?status=all&alert=${id}`;

const openFirst = (row: string, shows: string) => async (view: View) => {
  await (await view.shows(row)).click();
  await view.shows(shows);
};

/** One line that is read, one of which only the frame is, one that a stranger wrote. */
const PARSED_AND_NOT = [
  "<38>Nov 18 09:14:05 jump01 sshd[7]: Accepted password for nguyễn.văn.lan from 192.0.2.7 port 51522 ssh2",
  "<38>Nov 18 09:14:05 jump01 sshd[7]: Accepted password for lan by 192.0.2.7",
  "\u202e<b>??</b> không rõ định dạng",
].join("\n");

export const SCREENS: readonly Screen[] = [
  { name: "watch floor", path: () => "/watch", shows: "newest-alerts" },
  { name: "wall display", path: () => "/wall", shows: "wall" },
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
    name: "alert: related",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}&tab=related`,
    shows: "related-mark",
  },
  {
    name: "alert: history",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}&tab=history`,
    shows: "alert-history",
  },
  { name: "alerts: figures", path: () => "/alerts/figures", shows: "figure-groups" },
  { name: "hunt", path: () => "/hunt?range=24h", shows: "event-row" },
  {
    name: "hunt: opened event",
    path: () => "/hunt?range=24h&q=sensor%3A%22gia-mao%22",
    shows: "event-row",
    act: openFirst("event-row", "event-view"),
  },
  { name: "hunt: grouped", path: () => "/hunt?range=24h&group=host", shows: "top-table" },
  {
    name: "hunt: table",
    path: () => `/hunt?range=24h&q=${encodeURIComponent("* | stats count(), dc(user) by host, process | sort -count")}`,
    shows: "answer-table",
  },
  { name: "hunt: wrong query", path: () => "/hunt?q=user%3A(lan", shows: "hunt-error" },
  {
    name: "hunt: suggestions",
    path: () => "/hunt?range=24h",
    shows: "event-row",
    act: async (view) => {
      await view.byId("hunt-query").pressSequentially("ho");
      await view.shows("suggest-option");
      await view.press("ArrowDown");
    },
  },
  { name: "hunt: live", path: () => "/hunt?live=1", shows: "live-view" },
  { name: "saved hunts", path: () => "/hunt/saved", shows: "saved-row" },
  { name: "saved hunt", path: (all) => `/hunt/saved?hunt=${kept(all).scheduled}`, shows: "hunt-run-row" },
  { name: "alert: hunt", path: (all) => alertOf(kept(all).alert), shows: "hunt-why" },
  { name: "alert: event of a hunt", path: (all) => alertOf(kept(all).eventAlert), shows: "matched-fields" },
  { name: "rules", path: () => "/rules", shows: "rule-row" },
  { name: "rule", path: ({ rule }) => `/rules?rule=${rule}`, shows: "rule-panel" },
  { name: "rule page: text", path: ({ rule }) => `/rules/${rule}`, shows: "rule-text" },
  { name: "rule page: activity", path: (all) => `/rules/${tuned(all).ownRule}?tab=activity`, shows: "rule-activity" },
  { name: "rule page: tuning", path: (all) => `/rules/${tuned(all).ownRule}?tab=tuning`, shows: "exception-row" },
  { name: "rule page: tests", path: ({ rule }) => `/rules/${rule}?tab=tests`, shows: "sample-result" },
  { name: "rule page: history", path: (all) => `/rules/${tuned(all).ownRule}?tab=history`, shows: "rule-history" },
  { name: "rule page: correlation", path: (all) => `/rules/${tuned(all).correlation}`, shows: "correlation-drawing" },
  {
    name: "rule page: counters",
    path: (all) => `/rules/${tuned(all).correlation}?tab=activity`,
    shows: "correlation-counters",
  },
  { name: "alert: correlation", path: (all) => alertOf(tuned(all).correlationAlert), shows: "correlation-why" },
  { name: "attack matrix", path: () => "/rules/attack", shows: "attack" },
  { name: "attack matrix of plants", path: () => "/rules/attack?domain=ics", shows: "attack" },
  { name: "retro-hunts", path: () => "/rules/retro-hunts", shows: "retro-row" },
  { name: "retro-hunt", path: (all) => `/rules/retro-hunts?hunt=${tuned(all).hunt}`, shows: "retro-match" },
  { name: "rule editor: new", path: () => "/rules/new", shows: "check-line" },
  {
    name: "rule editor: tested",
    path: (all) => `/rules/${tuned(all).ownRule}/edit`,
    shows: "check-line",
    act: async (view) => {
      await view
        .byId("test-lines")
        .fill(`${processRecord(OTHER_HOST, `cmd ${MARK}`)}\n${processRecord(OTHER_HOST, "cmd")}`);
      await view.byId("test-run").click();
      await view.byId("verdict").nth(1).locator("summary").click();
    },
  },
  { name: "coverage", path: () => "/rules/coverage", shows: "coverage-live" },
  { name: "import report", path: ({ report }) => `/rules/imports?report=${report}`, shows: "import-report" },
  { name: "sensors", path: () => "/sensors", shows: "sensor-row" },
  { name: "connect a source", path: () => "/sensors/connect", shows: "way" },
  { name: "connect a source: open door", path: () => "/sensors/connect?way=filebeat", shows: "way-panel" },
  { name: "connect a source: closed door", path: () => "/sensors/connect?way=rsyslog-tls", shows: "way-closed" },
  { name: "parsers", path: () => "/sensors/parsers", shows: "parser-row" },
  { name: "parser", path: () => "/sensors/parsers?parser=sshd", shows: "parser-panel" },
  { name: "parser trial: empty", path: () => "/sensors/parsers/try", shows: "parser-desk" },
  {
    name: "parser trial: a draft with a mistake",
    path: () => "/sensors/parsers/try?from=iptables&draft=copy",
    shows: "tried-line",
    act: async (view) => {
      await view.byId("draft-text").fill("name: iptables\nlogsource: { product: x }\npatterns:\n  - 'a <b:nothing>'\n");
      await view.shows("remarks");
    },
  },
  {
    name: "parser trial: read",
    path: () => "/sensors/parsers/try?from=sshd",
    shows: "tried-line",
    act: async (view) => {
      await view.byId("trial-lines").fill(PARSED_AND_NOT);
      await view.shows("nearest");
      await view.page.locator(".value-look").first().click();
    },
  },
  { name: "assets", path: () => "/systems", shows: "asset-row" },
  { name: "assets: one system", path: (all) => `/systems?system=${registered(all).system}`, shows: "asset-overview" },
  {
    name: "assets: identifiers",
    path: (all) => `/systems?system=${registered(all).system}&tab=identifiers`,
    shows: "identifier-list",
  },
  {
    name: "assets: history",
    path: (all) => `/systems?system=${registered(all).system}&tab=history`,
    shows: "asset-history",
  },
  {
    name: "assets: assessments",
    path: (all) => `/systems?system=${registered(all).system}&tab=assessments`,
    shows: "assessment-row",
  },
  {
    name: "assets: level wizard",
    path: (all) => `/systems/${registered(all).system}/assess?scheme=vn-level`,
    shows: "question-reasons",
  },
  {
    name: "assets: NIS2 wizard",
    path: (all) => `/systems/${registered(all).system}/assess?scheme=nis2`,
    shows: "question-reasons",
  },
  {
    name: "assets: assessment",
    path: (all) => `/systems/${registered(all).system}/assessments/${registered(all).assessment}`,
    shows: "assessment-answers",
  },
  { name: "assets: seen hosts", path: () => "/systems/seen?days=30", shows: "seen-row" },
  { name: "assets: seen addresses", path: () => "/systems/seen?kind=address&days=30&reach=all", shows: "seen-row" },
  { name: "assets: ignored", path: () => "/systems/seen?show=ignored", shows: "ignored-list" },
  { name: "storage", path: () => "/storage", shows: "storage-source" },
  { name: "storage: retention", path: () => "/storage/retention", shows: "drop-list" },
  { name: "storage: holds", path: () => "/storage/holds", shows: "hold-row" },
  { name: "storage: hold", path: (all) => `/storage/holds?hold=${stored(all).hold}`, shows: "hold-extent" },
  {
    name: "storage: proof of an event",
    path: (all) => `/hunt?range=30d&q=id%3A${stored(all).sealedEvent}`,
    shows: "event-row",
    act: async (view) => {
      // Beside its values, which have menus of their own.
      await view
        .byId("event-row")
        .first()
        .click({ position: { x: 30, y: 8 } });
      await (await view.shows("proof-ask")).click();
      await (await view.shows("proof-sealed")).scrollIntoViewIfNeeded();
    },
  },
  { name: "sensor", path: () => `/sensors?sensor=${HEALTHY_SENSOR}`, shows: "sensor-health" },
  { name: "sensor: silent", path: () => `/sensors?sensor=${SILENT_SENSOR}`, shows: "sensor-health" },
  { name: "sensor: wrong zone", path: () => "/sensors?sensor=camera-cong-so-2", shows: "sensor-health" },
  { name: "sensor: sources", path: () => `/sensors?sensor=${HEALTHY_SENSOR}&tab=sources`, shows: "sensor-sources" },
  { name: "sensor: silences", path: () => `/sensors?sensor=${SILENT_SENSOR}&tab=silences`, shows: "sensor-silences" },
  { name: "sensor: settings", path: () => `/sensors?sensor=${SILENT_SENSOR}&tab=settings`, shows: "sensor-form" },
  { name: "alert: silent sensor", path: ({ sensorAlert }) => alertOf(sensorAlert ?? ""), shows: "sensor-why" },
  { name: "profile", path: () => "/settings/profile", shows: "profile" },
  { name: "security", path: () => "/settings/security", shows: "own-sessions" },
  { name: "sign-in policy", path: () => "/settings/policy", shows: "factor-policy" },
  { name: "approvals", path: () => "/settings/approvals?show=all", shows: "approval-list" },
  { name: "users", path: () => "/settings/users", shows: "user-list" },
  { name: "roles", path: () => "/settings/roles", shows: "role-matrix" },
  { name: "tokens", path: () => "/settings/tokens", shows: "token-list" },
  { name: "service accounts", path: () => "/settings/service-accounts", shows: "service-list" },
  {
    name: "audit",
    path: () => "/settings/audit",
    shows: "audit-row",
    act: async (view) => view.byId("audit-row").first().click(),
  },
  { name: "entity: host", path: () => `/entities/host/${VICTIM}`, shows: "neighbour" },
  { name: "entity: user", path: () => "/entities/user/SONGLAM%5Choa.tran", shows: "neighbour" },
  { name: "entity: unseen", path: () => "/entities/ip/198.51.100.250", shows: "empty" },
  {
    name: "process tree: family",
    path: (all) => `/process-tree?event=${investigated(all).process}`,
    shows: "tree-mark",
  },
  {
    name: "process tree: host with a process",
    path: (all) => `/process-tree?host=${VICTIM}&open=${investigated(all).process}`,
    shows: "field-row",
  },
  { name: "process tree: which host", path: () => "/process-tree", shows: "tree-which" },
  { name: "sessions: host", path: () => `/sessions?host=${VICTIM}`, shows: "session-row" },
  {
    name: "sessions: opened",
    path: (all) => `/sessions?host=${VICTIM}&event=${investigated(all).logOn}`,
    shows: "session-done",
  },
  { name: "notebooks", path: () => "/hunt/notebooks", shows: "notebook-row" },
  {
    name: "notebook: page",
    path: (all) => `/hunt/notebooks/${investigated(all).notebook}`,
    shows: "frozen-result",
    act: async (view) => {
      await view.byId("query-run").click();
      await view.byId("live-query").getByTestId("result-row").first().waitFor();
    },
  },
  { name: "cases", path: () => "/cases", shows: "case-row" },
  { name: "cases: beside the list", path: (all) => `/cases?case=${cased(all).busy}`, shows: "case-panel" },
  { name: "case: timeline", path: (all) => `/cases/${cased(all).busy}`, shows: "fact-row" },
  { name: "case: tasks", path: (all) => `/cases/${cased(all).busy}?tab=tasks`, shows: "task-row" },
  { name: "case: alerts", path: (all) => `/cases/${cased(all).busy}?tab=alerts`, shows: "similar-case" },
  {
    name: "case: assets and indicators",
    path: (all) => `/cases/${cased(all).busy}?tab=things`,
    shows: "indicator-row",
  },
  { name: "case: notes", path: (all) => `/cases/${cased(all).busy}?tab=notes`, shows: "note-row" },
  { name: "case: evidence", path: (all) => `/cases/${cased(all).busy}?tab=evidence`, shows: "evidence-row" },
  { name: "case: talk", path: (all) => `/cases/${cased(all).busy}?tab=talk`, shows: "comment-row" },
  { name: "case: graph", path: (all) => `/cases/${cased(all).busy}?tab=graph`, shows: "case-graph" },
  { name: "case: history", path: (all) => `/cases/${cased(all).busy}?tab=history`, shows: "case-history" },
  { name: "case: restricted", path: (all) => `/cases/${cased(all).restricted}`, shows: "restricted-banner" },
  {
    name: "notebook: history",
    path: (all) => `/hunt/notebooks/${investigated(all).notebook}?tab=history`,
    shows: "notebook-history",
  },
  { name: "people: roster", path: () => "/people", shows: "person-row" },
  { name: "people: shifts", path: () => "/people/shifts", shows: "week-table" },
  { name: "people: escalations", path: () => "/people/escalations", shows: "escalation-row" },
  {
    name: "people: hand-over",
    path: (all) => `/people/handovers?note=${staffed(all).handover}`,
    shows: "handover-note",
  },
  { name: "people: new hand-over", path: () => "/people/handovers?note=new", shows: "handover-figures" },
  { name: "notices", path: () => "/notices", shows: "notice-row" },
  { name: "notice rules", path: () => "/settings/notices", shows: "choice-row" },
  { name: "notice destinations", path: () => "/settings/destinations", shows: "letter-row" },
];

export async function show(view: View, { path, shows, act }: Screen, places: Places): Promise<void> {
  await view.go(path(places));
  await view.shows(shows);
  await act?.(view);
  await settle(view);
}
