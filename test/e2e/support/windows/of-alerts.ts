/** Windows of alerts, and of everywhere. */
import type { Window } from "./window.ts";

export const OF_ALERTS: readonly Window[] = [
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
];
