import { describe, expect, test } from "vitest";
import { PLAIN_POLICY } from "./policy.ts";
import { type AlertDeed, type AlertState, FRESH, judgeDeed, wakesEarly } from "./workflow.ts";

const lan = { id: "u1", name: "Lan" };
const minh = { id: "u2", name: "Minh" };
const open: AlertState = FRESH;
const taken: AlertState = { ...FRESH, status: "taken", assignee: lan };
const escalated: AlertState = { ...FRESH, status: "escalated", assignee: lan };
const ended = (
  closeReason: "true_positive" | "false_positive" | "benign" | "duplicate",
  by: AlertState["assignee"] = lan,
) => ({ ...FRESH, status: "closed", closeReason, verdict: closeReason, resolved: true, assignee: by }) as const;
const closed: AlertState = ended("benign");
const asleep: AlertState = { ...taken, snooze: { until: 2_000, count: 3, rank: 3 } };
const merged: AlertState = { ...taken, status: "merged", mergedInto: "a" };
const proposed: AlertState = { ...ended("false_positive"), proposedBy: minh };
const NOW = 1_000;
const POLICY = {
  ...PLAIN_POLICY,
  confirmFrom: "critical",
  minimumText: { ...PLAIN_POLICY.minimumText, duplicate: 5 },
} as const;

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
  ["close an open one", open, { action: "close", reason: "true_positive" }, ended("true_positive", null)],
  ["close keeps who had it", taken, { action: "close", reason: "true_positive" }, ended("true_positive")],
  ["close a closed one", closed, { action: "close", reason: "benign" }, "alerts.action.closed"],
  ["take a closed one", closed, { action: "take" }, "alerts.action.closed"],
  ["reopen", closed, { action: "reopen" }, open],
  ["reopen an open one", open, { action: "reopen" }, "alerts.action.not_closed"],
  ["note on a closed one", closed, { action: "note", note: "x" }, closed],
  [
    "close without the text that is asked for",
    open,
    { action: "close", reason: "duplicate", note: " abc " },
    "alerts.action.text_too_short",
  ],
  [
    "close with just enough of it",
    open,
    { action: "close", reason: "duplicate", note: "abcđe" },
    ended("duplicate", null),
  ],
  [
    "call a critical one false: a proposal",
    taken,
    { action: "close", reason: "false_positive" },
    { ...ended("false_positive"), proposedBy: lan },
  ],
  ["confirm what Minh proposed", proposed, { action: "confirm" }, ended("false_positive")],
  ["confirm one's own proposal", { ...proposed, proposedBy: lan }, { action: "confirm" }, "alerts.action.own_proposal"],
  ["confirm what nobody proposed", closed, { action: "confirm" }, "alerts.action.not_proposed"],
  ["reject what Minh proposed: it is Minh's again", proposed, { action: "reject" }, { ...taken, assignee: minh }],
  ["snooze", taken, { action: "snooze", until: 2_000 }, asleep],
  ["snooze into the past", taken, { action: "snooze", until: 1_000 }, "alerts.action.snooze_time"],
  ["snooze for a year", taken, { action: "snooze", until: 40_000_000_000 }, "alerts.action.snooze_time"],
  ["wake", asleep, { action: "wake" }, taken],
  ["wake what is awake", taken, { action: "wake" }, "alerts.action.not_asleep"],
  ["taking hold of a sleeping one wakes it", { ...asleep, assignee: minh }, { action: "take" }, taken],
  ["take a merged one", merged, { action: "take" }, "alerts.action.merged"],
  ["unmerge", merged, { action: "unmerge" }, taken],
  ["unmerge what is not merged", taken, { action: "unmerge" }, "alerts.action.not_merged"],
  ["tag", taken, { action: "tag", add: ["b", "a", "b"], remove: ["c"] }, { ...taken, tags: ["a", "b"] }],
  ["tag as it is", { ...taken, tags: ["a"] }, { action: "tag", add: ["a"], remove: [] }, "alerts.action.already_so"],
  [
    "verdict without closing",
    taken,
    { action: "judge", verdict: "true_positive" },
    { ...taken, verdict: "true_positive" },
  ],
  ["contain", taken, { action: "contain" }, { ...taken, contained: true }],
  ["contain twice", { ...taken, contained: true }, { action: "contain" }, "alerts.action.already_so"],
];

describe("judgeDeed", () => {
  test.each(table)("%s", (_title, state, deed, expected) => {
    const verdict = judgeDeed(state, deed, {
      actor: lan,
      now: NOW,
      policy: POLICY,
      level: "critical",
      rank: 3,
      count: 3,
    });
    expect(verdict.ok ? verdict.next : verdict.code).toEqual(expected);
  });
});

test.each([
  [3, 29, false],
  [3, 30, true],
  [4, 3, true],
])("a sleeper of rank 3 with 3 findings, now rank %d with %d: wakes %s", (rank, count, expected) => {
  expect(wakesEarly({ until: 0, count: 3, rank: 3 }, { rank, count })).toBe(expected);
});
