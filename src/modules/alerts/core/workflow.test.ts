import { describe, expect, test } from "vitest";
import { type AlertDeed, type AlertState, judgeDeed } from "./workflow.ts";

const lan = { id: "u1", name: "Lan" };
const minh = { id: "u2", name: "Minh" };
const open: AlertState = { status: "open", closeReason: null, assignee: null };
const taken: AlertState = { status: "taken", closeReason: null, assignee: lan };
const escalated: AlertState = { status: "escalated", closeReason: null, assignee: lan };
const closed: AlertState = { status: "closed", closeReason: "benign", assignee: lan };

// One row a case: state, deed by Lan, expected state or refusal.
const table: [string, AlertState, AlertDeed, AlertState | string][] = [
  ["take an open one", open, { action: "take" }, taken],
  ["take what is already yours", taken, { action: "take" }, "alerts.action.already_yours"],
  ["take over from Minh", { ...taken, assignee: minh }, { action: "take" }, taken],
  ["take an escalated one keeps it escalated", { ...escalated, assignee: null }, { action: "take" }, escalated],
  ["release", taken, { action: "release" }, open],
  ["release what nobody has", open, { action: "release" }, "alerts.action.not_taken"],
  ["release an escalated one", escalated, { action: "release" }, { ...escalated, assignee: null }],
  ["assign", open, { action: "assign", assignee: minh }, { ...taken, assignee: minh }],
  ["assign to the same person", taken, { action: "assign", assignee: lan }, "alerts.action.already_assigned"],
  ["escalate an open one", open, { action: "escalate" }, { ...open, status: "escalated" }],
  ["escalate twice", escalated, { action: "escalate" }, "alerts.action.already_escalated"],
  [
    "close an open one",
    open,
    { action: "close", reason: "duplicate" },
    { status: "closed", closeReason: "duplicate", assignee: null },
  ],
  [
    "close keeps who had it",
    taken,
    { action: "close", reason: "true_positive" },
    { status: "closed", closeReason: "true_positive", assignee: lan },
  ],
  ["close a closed one", closed, { action: "close", reason: "benign" }, "alerts.action.closed"],
  ["take a closed one", closed, { action: "take" }, "alerts.action.closed"],
  ["reopen", closed, { action: "reopen" }, open],
  ["reopen an open one", open, { action: "reopen" }, "alerts.action.not_closed"],
  ["note on a closed one", closed, { action: "note", note: "x" }, closed],
];

describe("judgeDeed", () => {
  test.each(table)("%s", (_title, state, deed, expected) => {
    const verdict = judgeDeed(state, deed, lan);
    expect(verdict.ok ? verdict.next : verdict.code).toEqual(expected);
  });
});
