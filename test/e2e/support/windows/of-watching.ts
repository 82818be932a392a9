/** Windows of rules, assets and hunts. */
import { MARK } from "../author.ts";
import { VICTIM } from "../investigated.ts";
import { kept, registered, tuned } from "../places.ts";
import type { Window } from "./window.ts";

export const OF_WATCHING: readonly Window[] = [
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
];
