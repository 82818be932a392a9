/** Windows of cases. */
import { cased, investigated } from "../places.ts";
import type { Window } from "./window.ts";

export const OF_CASES: readonly Window[] = [
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
];
