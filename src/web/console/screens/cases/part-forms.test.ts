import { expect, test } from "vitest";
import type { PartContent } from "../../api/case-types.ts";
import {
  contentOf,
  emptyValues,
  type FormKind,
  FORMS,
  isComplete,
  isoTime,
  localTime,
  valuesOf,
} from "./part-forms.ts";

const CONTENTS: readonly PartContent[] = [
  {
    kind: "fact",
    time: "2026-11-21T08:15:00.000Z",
    text: "Máy gọi ra ngoài",
    factKind: "attacker",
    confidence: "likely",
    source: {
      kind: "alert",
      note: "x",
      alertId: "a",
      eventId: "e",
      rule: { id: "r", title: "t", titleVi: null },
      host: "h",
    },
  },
  {
    kind: "task",
    title: "Gọi",
    note: "",
    owner: { id: "lan", name: "" },
    due: "2026-11-22T01:00:00.000Z",
    state: "doing",
    order: 20,
  },
  { kind: "asset", entity: { kind: "host", value: "WS-07" }, role: "pivot", note: "n" },
  { kind: "indicator", type: "ip", value: "203.0.113.9", verdict: "malicious", source: "s", note: "" },
  { kind: "note", title: "Ghi chú", markdown: "# a\n\nb" },
  {
    kind: "message",
    time: "2026-11-21T08:15:00.000Z",
    direction: "out",
    channel: "phone",
    counterpart: "VNPT",
    summary: "Báo",
  },
  {
    kind: "decision",
    time: "2026-11-21T08:15:00.000Z",
    what: "Ngắt",
    by: "Lan",
    reason: "lan rộng",
    alternatives: "",
    facts: ["f"],
  },
];

test.each(CONTENTS)("what a form shows of a $kind comes back from it unchanged", (content) => {
  expect(contentOf(content.kind as FormKind, valuesOf(content), content)).toEqual(content);
});

test("an empty form has a value for each field and is not complete", () => {
  for (const kind of Object.keys(FORMS) as FormKind[]) {
    const values = emptyValues(kind, "Lan");
    expect(FORMS[kind].filter(({ name }) => values[name] === undefined)).toEqual([]);
    expect(isComplete(kind, values)).toBe(false);
  }
});

test("a local time stands for the same minute", () => {
  expect(isoTime(localTime("2026-11-21T08:15:00.000Z"))).toBe("2026-11-21T08:15:00.000Z");
});
