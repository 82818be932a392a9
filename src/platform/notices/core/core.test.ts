import { describe, expect, test } from "vitest";
import { type Plan, planChannel, type Waiting } from "./bundling.ts";
import { filledTemplate, hookBodyOf, type Letter, mailOf, type Matter, smsOf, titleOutside } from "./letters.ts";
import { quietUntil } from "./quiet.ts";
import { waitAfter } from "./retry.ts";
import { DEFAULT_RULES, waysOf } from "./rules.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe("quiet hours", () => {
  const night = { from: 22 * 60, to: 7 * 60 };
  test.each([
    ["before them", "2026-11-22T14:59:00Z", night, "Asia/Ho_Chi_Minh", undefined],
    ["at their first minute", "2026-11-22T15:00:00Z", night, "Asia/Ho_Chi_Minh", "2026-11-23T00:00:00.000Z"],
    ["after midnight", "2026-11-22T20:00:00Z", night, "Asia/Ho_Chi_Minh", "2026-11-23T00:00:00.000Z"],
    ["at their end", "2026-11-23T00:00:00Z", night, "Asia/Ho_Chi_Minh", undefined],
    [
      "the night clocks go forward is short",
      "2026-03-28T21:00:00Z",
      night,
      "Europe/Berlin",
      "2026-03-29T05:00:00.000Z",
    ],
    ["the night clocks go back is long", "2026-10-24T20:00:00Z", night, "Europe/Berlin", "2026-10-25T06:00:00.000Z"],
    [
      "an end that the clock skips",
      "2026-03-29T00:30:00Z",
      { from: 60, to: 150 },
      "Europe/Berlin",
      "2026-03-29T01:30:00.000Z",
    ],
    ["by day", "2026-11-22T05:00:00Z", { from: 690, to: 810 }, "Asia/Ho_Chi_Minh", "2026-11-22T06:30:00.000Z"],
  ])("%s", (_what, now, quiet, zone, until) => {
    expect(iso(quietUntil(at(now), quiet, zone))).toBe(until);
  });
});

describe("ways out", () => {
  const rules = {
    ...DEFAULT_RULES,
    mail: "lan@example.vn",
    phone: "+84900000001",
    choices: [
      { kind: "a", way: "sms", from: "critical" },
      { kind: "b", way: "mail", from: "never" },
      { kind: "c", way: "hook:x", from: "normal" },
    ],
  } as const;
  const open = ["mail", "sms", "hook:x"] as const;
  test.each([
    ["unchosen and normal: only inside", "z", "normal", []],
    ["unchosen and high: mail", "z", "high", ["mail"]],
    ["chosen from critical, and it is", "a", "critical", ["mail", "sms"]],
    ["chosen from critical, and it is not", "a", "high", ["mail"]],
    ["never", "b", "critical", []],
    ["a hook for everything", "c", "normal", ["hook:x"]],
  ] as const)("%s", (_what, kind, urgency, ways) => {
    expect(waysOf(rules, { kind, urgency }, open)).toEqual(ways);
  });
  test("no address, no way; a way that is closed is none", () => {
    expect(waysOf({ ...rules, mail: null, phone: null }, { kind: "a", urgency: "critical" }, open)).toEqual([]);
    expect(waysOf(rules, { kind: "a", urgency: "critical" }, ["mail"])).toEqual(["mail"]);
  });
});

test("waits double up to an hour and end", () => {
  const waits = [1, 2, 3, 8, 9].map((n) => waitAfter(n, "0000"));
  expect(waits).toEqual([30_000, 60_000, 120_000, 3_600_000, undefined]);
  expect(waitAfter(1, "ffff")).toBe(37_500);
});

describe("what leaves", () => {
  const matter: Matter = {
    kind: "alerts.critical",
    urgency: "critical",
    title: "Ổ đĩa bị mã hóa",
    path: "/alerts?alert=a1",
    at: 0,
  };
  const say: Letter["say"] = (language, key, params) =>
    `${language}:${key}${params === undefined ? "" : `:${params["n"]}`}`;
  const letter = (matters: readonly Matter[]): Letter => ({
    id: "abcdef0123456789",
    language: "vi",
    matters,
    say,
    base: "https://khien.example.vn",
  });

  test("titles of RED and AMBER+STRICT stay inside", () => {
    expect(
      ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR", undefined].map((tlp) => titleOutside("x", tlp as "RED")),
    ).toEqual([null, null, "x", "x", "x", "x"]);
    expect(mailOf(letter([{ ...matter, title: null }])).text).not.toContain("mã hóa");
    expect(JSON.parse(hookBodyOf(letter([{ ...matter, title: null }]), null))).toMatchObject({ title: null });
  });

  test("a text message is one message, in letters every telephone knows, without the title", () => {
    const vi = { ...letter([matter]), say: () => "Cảnh báo nghiêm trọng chưa ai nhận đã quá hạn" };
    expect(smsOf(vi)).toBe(
      "Khien: Canh bao nghiem trong chua ai nhan da qua han https://khien.example.vn/alerts?alert=a1",
    );
    expect(smsOf({ ...vi, base: `https://${"x".repeat(120)}` })).toBe(
      "Khien: Canh bao nghiem trong chua ai nhan da qua han",
    );
    expect(smsOf({ ...vi, say: () => "dài ".repeat(100) }).length).toBe(160);
  });

  test("several are told by their counts, without titles", () => {
    const many = letter([matter, matter, { ...matter, kind: "sensors.silent", urgency: "high" }]);
    expect(JSON.parse(hookBodyOf(many, null))).toMatchObject({
      kind: "digest",
      urgency: "critical",
      title: null,
      link: "https://khien.example.vn/notices",
      counts: { "alerts.critical": 2, "sensors.silent": 1 },
    });
    expect(mailOf(many).text).not.toContain("mã hóa");
    expect(mailOf(many).text).toContain("2 × vi:notice.kind.alerts.critical");
  });

  test("values cannot break out of a template", () => {
    const values = { number: '+84","to":"1', text: 'a&b=c "d"' };
    const json = filledTemplate({ type: "json", text: '{"to":"{number}","m":{"text":"Tin: {text}"},"n":1}' }, values);
    expect(JSON.parse(json)).toEqual({ to: values.number, m: { text: `Tin: ${values.text}` }, n: 1 });
    const form = new URLSearchParams(filledTemplate({ type: "form", text: "to={number}&text={text}&k=v" }, values));
    expect([...form]).toEqual([
      ["to", values.number],
      ["text", values.text],
      ["k", "v"],
    ]);
  });
});

describe("what leaves together", () => {
  const letter = (id: string, part: Partial<Waiting> = {}): Waiting => ({
    id,
    bundle: null,
    insistent: false,
    held: false,
    ...part,
  });
  const ids = (plan: Plan<Waiting>) => ({
    leave: plan.leave.map((bundle) => bundle.map(({ id }) => id).join("+")),
    hold: plan.hold.map(({ id }) => id),
  });
  test.each([
    ["there is room", [letter("a"), letter("b")], 5, { leave: ["a", "b"], hold: [] }],
    ["the hour is full", [letter("a"), letter("b")], 0, { leave: [], hold: ["a", "b"] }],
    ["room for one", [letter("a"), letter("b"), letter("c")], 1, { leave: ["a"], hold: ["b", "c"] }],
    [
      "held before: one message",
      [letter("a", { held: true }), letter("b", { held: true })],
      1,
      { leave: ["a+b"], hold: [] },
    ],
    [
      "held before goes before new ones when there is room for one",
      [letter("n"), letter("a", { held: true }), letter("b", { held: true })],
      1,
      { leave: ["a+b"], hold: ["n"] },
    ],
    [
      "begun before a crash: finished as it was, even in a full hour",
      [letter("a", { bundle: "x" }), letter("b", { bundle: "x" }), letter("c")],
      1,
      { leave: ["a+b"], hold: ["c"] },
    ],
    ["calls leave always", [letter("a", { insistent: true }), letter("b")], 0, { leave: ["a"], hold: ["b"] }],
  ] as const)("%s", (_what, letters, room, expected) => {
    expect(ids(planChannel(letters, room))).toEqual(expected);
  });
});
