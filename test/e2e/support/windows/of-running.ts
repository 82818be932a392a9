/** Windows of people, settings and storage. */
import { SHIFT } from "../people.ts";
import { staffed } from "../places.ts";
import type { View } from "../view.ts";
import type { Window } from "./window.ts";

async function importPeople(view: View, lines: string): Promise<void> {
  await view.byId("user-import").click();
  await view.byId("people-import-file").setInputFiles({
    name: "to-truc.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`username,name,role\n${lines}`),
  });
}

export const OF_RUNNING: readonly Window[] = [
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
