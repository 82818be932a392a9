/** Every window that opens over a screen. */
import { MARK } from "./author.ts";
import { VICTIM } from "./investigated.ts";
import { SHIFT } from "./people.ts";
import { cased, investigated, kept, type Places, registered, staffed, tuned } from "./places.ts";
import type { View } from "./view.ts";

async function importPeople(view: View, lines: string): Promise<void> {
  await view.byId("user-import").click();
  await view.byId("people-import-file").setInputFiles({
    name: "to-truc.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`username,name,role\n${lines}`),
  });
}

interface Window {
  readonly name: string;
  readonly path: string | ((places: Places) => string);
  readonly on: string;
  readonly open: (view: View) => Promise<void>;
  readonly shows: string;
}

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
    name: "snoozing an alert",
    path: "/alerts",
    on: "alert-row",
    shows: "snooze-dialog",
    open: (view) => view.press("j", "s"),
  },
  {
    name: "merging alerts",
    path: "/alerts",
    on: "alert-row",
    shows: "merge-dialog",
    open: (view) => view.press("j", "x", "j", "x", "m"),
  },
  {
    name: "closing alerts as duplicates",
    path: "/alerts",
    on: "alert-row",
    shows: "duplicate-dialog",
    open: (view) => view.press("j", "x", "j", "x", "d"),
  },
  {
    name: "duplicate of an alert",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}`,
    on: "rule-text",
    shows: "duplicate-dialog",
    open: async (view) => {
      await view.byId("action-more").click();
      await view.byId("action-duplicate").click();
    },
  },
  {
    name: "saving a queue",
    path: "/alerts?level=critical",
    on: "alert-row",
    shows: "queue-dialog",
    open: async (view) => {
      await view.byId("saved-queues").click();
      await view.byId("queue-save").click();
    },
  },
  {
    name: "arranging saved queues",
    path: "/alerts?level=critical",
    on: "alert-row",
    shows: "queue-place",
    open: async (view) => {
      await view.byId("saved-queues").click();
      await view.byId("queue-arrange").click();
    },
  },
  {
    name: "splitting an alert",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}`,
    on: "rule-text",
    shows: "split-dialog",
    open: async (view) => {
      await view.byId("action-more").click();
      await view.byId("action-split").click();
    },
  },
  {
    name: "related alerts, wide",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}&tab=related`,
    on: "related-mark",
    shows: "related-dialog",
    open: async (view) => {
      await view.byId("related-wide").click();
      await view.byId("related-dialog").getByTestId("related-mark").first().waitFor();
    },
  },
  {
    name: "grouping of a rule",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}`,
    on: "rule-text",
    shows: "grouping-order",
    open: async (view) => {
      await view.byId("action-more").click();
      await view.byId("action-grouping").click();
    },
  },
  {
    name: "alert into a case",
    path: "/alerts",
    on: "alert-row",
    shows: "escalate-case",
    open: (view) => view.press("j", "e"),
  },
  {
    name: "case: new",
    path: "/cases",
    on: "case-row",
    shows: "new-case",
    open: (view) => view.byId("case-new").click(),
  },
  {
    name: "case: asking for access",
    path: "/cases",
    on: "case-row",
    shows: "ask-access",
    open: (view) => view.byId("case-ask-access").click(),
  },
  {
    name: "case: fact",
    path: (all) => `/cases/${cased(all).busy}`,
    on: "fact-row",
    shows: "part-dialog",
    open: (view) => view.press("+"),
  },
  {
    name: "case: decision",
    path: (all) => `/cases/${cased(all).busy}?tab=talk`,
    on: "cited-facts",
    shows: "part-facts",
    open: (view) => view.byId("add-decision").click(),
  },
  {
    name: "case: keeping a notebook",
    path: (all) => `/cases/${cased(all).busy}?tab=evidence`,
    on: "evidence-row",
    shows: "keep-notebook",
    open: (view) => view.byId("evidence-notebook").click(),
  },
  {
    name: "notebook into a case",
    path: (all) => `/hunt/notebooks/${investigated(all).notebook}`,
    on: "notebook-title",
    shows: "keep-in-row",
    open: (view) => view.byId("notebook-keep").click(),
  },
  {
    name: "case: closing",
    path: (all) => `/cases/${cased(all).busy}`,
    on: "fact-row",
    shows: "stage-summary",
    open: async (view) => {
      await view.byId("case-stage").click();
      await view.byId("stage-to").selectOption("closed");
    },
  },
  {
    name: "case: who may know",
    path: (all) => `/cases/${cased(all).restricted}`,
    on: "restricted-banner",
    shows: "access-case",
    open: async (view) => {
      await view.byId("case-more").click();
      await view.byId("case-access").click();
    },
  },
  {
    name: "new exception",
    path: (all) => `/rules/${tuned(all).ownRule}?tab=tuning`,
    on: "exception-row",
    shows: "preview-line",
    open: async (view) => {
      await view.byId("exception-new").click();
      await view.byId("test-field").fill("CommandLine");
      await view.byId("test-op").selectOption("contains");
      await view.byId("test-values").fill(MARK);
    },
  },
  {
    name: "exception from an alert",
    path: ({ alert }) => `/alerts?status=all&alert=${alert}`,
    on: "rule-text",
    shows: "preview-line",
    open: (view) => view.byId("action-exception").click(),
  },
  {
    name: "assets: form of a system",
    path: (all) => `/systems?system=${registered(all).system}`,
    on: "asset-overview",
    shows: "system-dialog",
    open: (view) => view.byId("asset-edit").click(),
  },
  {
    name: "assets: form of identifiers",
    path: (all) => `/systems?system=${registered(all).system}`,
    on: "asset-overview",
    shows: "identifiers-dialog",
    open: async (view) => {
      await view.byId("asset-identifiers").click();
      await view.byId("service-pick").selectOption("Máy chủ SCADA");
    },
  },
  {
    name: "assets: import with wrong lines",
    path: "/systems",
    on: "asset-row",
    shows: "import-problems",
    open: async (view) => {
      await view.byId("asset-import").click();
      const text = "name,kind,value,criticality\nTrạm A,address,10.0.0.999,high\nTrạm B,planet,sao Hỏa,khổng lồ\n";
      await view.byId("asset-import-file").setInputFiles({
        name: "tram.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(text),
      });
    },
  },
  {
    name: "assets: import preview",
    path: "/systems",
    on: "asset-row",
    shows: "import-outlook",
    open: async (view) => {
      await view.byId("asset-import").click();
      await view.byId("asset-import-file").setInputFiles({
        name: "tram.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("code,name,zone,host\nHS02,,DMZ 2,web09\nHS90,Trạm sạc xe điện,,sac01;sac02\n"),
      });
    },
  },
  {
    name: "assets: registering what was seen",
    path: "/systems/seen?days=30",
    on: "seen-row",
    shows: "register-dialog",
    open: async (view) => {
      await view.press("j", "x", "j", "x");
      await view.byId("seen-register").click();
      await view.byId("system-picker").fill("trạm");
      await view.shows("system-pick");
    },
  },
  {
    name: "deleting a rule",
    path: (all) => `/rules/${tuned(all).ownRule}`,
    on: "rule-text",
    shows: "remove-dialog",
    open: async (view) => {
      await view.byId("rule-more").click();
      await view.byId("rule-remove").click();
    },
  },
  {
    name: "retro-hunt of a rule",
    path: ({ rule }) => `/rules/${rule}`,
    on: "rule-text",
    shows: "launch-form",
    open: (view) => view.byId("rule-retro").click(),
  },
  {
    name: "adding to a notebook",
    path: "/hunt?range=24h",
    on: "event-row",
    shows: "add-to-notebook",
    open: (view) => view.byId("addto").click(),
  },
  {
    name: "value menu of an entity",
    path: `/entities/host/${VICTIM}`,
    on: "neighbour",
    shows: "value-menu",
    open: async (view) => view.byId("neighbour").first().locator("button[data-field]").click(),
  },
  {
    name: "syntax of queries",
    path: "/hunt",
    on: "event-row",
    shows: "syntax-help",
    open: (view) => view.byId("hunt-help").click(),
  },
  {
    name: "saving a hunt",
    path: "/hunt?q=sensor%3Awec-songlam&cols=Image,ParentImage",
    on: "event-row",
    shows: "save-hunt",
    open: (view) => view.byId("hunt-save").click(),
  },
  {
    name: "schedule of a hunt",
    path: (all) => `/hunt/saved?hunt=${kept(all).scheduled}`,
    on: "hunt-run-row",
    shows: "schedule-preview",
    open: (view) => view.byId("hunt-schedule").click(),
  },
  {
    name: "removing a hunt",
    path: (all) => `/hunt/saved?hunt=${kept(all).scheduled}`,
    on: "hunt-run-row",
    shows: "remove-hunt",
    open: (view) => view.byId("hunt-remove").click(),
  },
  {
    name: "new user",
    path: "/settings/users",
    on: "user-list",
    shows: "user-dialog",
    open: (view) => view.byId("user-new").click(),
  },
  {
    name: "importing people with wrong lines",
    path: "/settings/users",
    on: "user-list",
    shows: "people-import-problems",
    open: (view) => importPeople(view, "hoa.tran,Trần Thị Hoa,sếp\nHoa,Hoa,analyst\nbinh.vu,,analyst\n"),
  },
  {
    name: "importing people",
    path: "/settings/users",
    on: "user-list",
    shows: "people-import-outlook",
    open: (view) =>
      importPeople(
        view,
        `hoa.tran,Trần Thị Hoa,analyst\nbinh.vu,"=HYPERLINK(""http://x"")",viewer\n${SHIFT.viewer.username},,analyst\n`,
      ),
  },
  {
    name: "new token",
    path: "/settings/tokens",
    on: "token-list",
    shows: "token-dialog",
    open: (view) => view.byId("token-new").click(),
  },
  {
    name: "new service account",
    path: "/settings/service-accounts",
    on: "service-list",
    shows: "service-dialog",
    open: (view) => view.byId("service-new").click(),
  },
  {
    name: "rotating a secret",
    path: "/settings/service-accounts",
    on: "service-list",
    shows: "service-dialog",
    open: (view) => view.byId("service-rotate").first().click(),
  },
  {
    name: "storage: new term by law",
    path: "/storage/retention",
    on: "law-row",
    shows: "term-dialog",
    open: async (view) => {
      await (await view.shows("term-new")).click();
      await view.byId("basis-law").click();
      await view.byId("term-dialog").locator("select").first().selectOption("vn-log-by-level");
    },
  },
  {
    name: "storage: applying retention",
    path: "/storage/retention",
    on: "drop-list",
    shows: "apply-dialog",
    open: (view) => view.byId("apply").click(),
  },
  {
    name: "storage: new hold",
    path: "/storage/holds",
    on: "hold-row",
    shows: "hold-foreseen",
    open: async (view) => {
      await view.byId("hold-new").click();
      await view.byId("hold-dialog").locator("[name=query]").fill("publickey");
      await view.byId("hold-count").click();
    },
  },
  {
    name: "people: a person",
    path: "/people",
    on: "person-row",
    shows: "person-dialog",
    open: (view) => view.byId("person-row").first().click(),
  },
  {
    name: "people: checking a paper",
    path: (all) => `/people/handovers?note=${staffed(all).handover}`,
    on: "handover-note",
    shows: "check-verdict",
    open: async (view) => {
      const code = (await view.byId("handover-note").locator(".seal code").innerText()).slice(0, 20);
      await view.byId("handover-check").click();
      await view.byId("check-code").fill(code);
      await view.byId("check-do").click();
    },
  },
  {
    name: "people: a rota",
    path: "/people/shifts",
    on: "week-table",
    shows: "rota-dialog",
    open: (view) => view.byId("rota-edit").first().click(),
  },
  {
    name: "people: a policy",
    path: "/people/escalations",
    on: "escalations",
    shows: "policy-dialog",
    open: (view) => view.byId("policy-new").click(),
  },
  {
    name: "notices of the bell",
    path: "/alerts",
    on: "notice-count",
    shows: "bell-notice",
    open: (view) => view.byId("notice-bell").click(),
  },
  {
    name: "new notice destination",
    path: "/settings/destinations",
    on: "destination-row",
    shows: "destination-dialog",
    open: (view) => view.byId("destination-new").click(),
  },
  // The last one: the browser would ask about the unsaved text before it went anywhere else.
  {
    name: "leaving unsaved work",
    path: "/rules/new",
    on: "check-line",
    shows: "leave-dialog",
    open: async (view) => {
      await view.byId("rule-source").fill("title: A");
      await view.page.locator(".rail-link").first().click();
    },
  },
];
