import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../../../kernel/index.ts";
import { networkHolds, parseIpv6, parseNetwork } from "./address.ts";
import { fieldEquals, matches, parseQuery, printQuery, type Query } from "./index.ts";
import { queryArbitrary } from "./testdata/arbitrary.ts";

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.error)}`);
  return result.query;
}

const event: KhienEvent = {
  id: "0123456789abcdef0123456789abcdef" as EventId,
  time: Date.UTC(2026, 10, 21, 10),
  ingestedAt: Date.UTC(2026, 10, 21, 10, 1),
  sensor: "dc-01",
  logsource: { product: "windows", service: "security" },
  format: "windows-nxlog",
  host: "DC01.evn.example",
  entities: { user: "Nguyễn Đức", commandLine: "powershell.exe -enc AAAA", srcIp: "10.20.30.40", dstPort: 445 },
  fields: { EventID: 4688, TargetUserName: "lan", Groups: ["Admins", "Users"], Empty: null, Elevated: true },
  raw: '{"EventID":4688,"Path":"C:\\\\Windows\\\\Temp","Note":"Đăng nhập thất bại"}',
};

describe("meaning", () => {
  const table: readonly [string, boolean][] = [
    ["", true],
    ["EventID:4688", true],
    ["eventid:4688 targetusername:LAN", true],
    ["EventID:4689 or EventID:4688", true],
    ["not EventID:4689", true],
    ["-EventID:4688", false],
    ["EventID:(1 or 4688)", true],
    ["Groups:users", true],
    ["Groups:other", false],
    ["Groups:*", true],
    ["Empty:*", false],
    ["-Empty:*", true],
    ["Elevated:true", true],
    ["dst_port:>400 dst_port:<=445", true],
    ["dst_port:[440 TO 445}", false],
    ["dst_port:[440 TO *]", true],
    ["dst_port:{444 TO 445]", true],
    ["src_ip:10.0.0.0/8", true],
    ["ip:10.20.30.0/24", true],
    ["src_ip:10.20.31.0/24", false],
    ["src_ip:10.*", true],
    ['commandline:*" -enc "*', true],
    ["commandline:powershell.exe", false],
    ["user:nguy*", true],
    ["dang nhap that bai", true],
    ["ĐĂNG NHẬP", true],
    ['"nhap dang"', false],
    ["C:\\Windows\\Temp", true],
    ["c:\\windows", true],
    ["time:>=2026-11-21T10", true],
    ["time:<2026-11-21", false],
    ["sensor:dc-?? product:windows -parse_failure:*", true],
    ["fields.EventID:4688", true],
    ['"EventID":4688', true],
    ["a and (b or c", false],
  ];
  test.each(table.slice(0, -1))("%s → %s", (text, expected) => {
    expect(matches(parsed(text), event)).toBe(expected);
  });

  test("things that only look like a field are text", () => {
    for (const text of ["http://evil.example/x", "C:\\Windows", "fe80::1", "12:30:01", "2001:db8::1"]) {
      expect(parsed(text)).toEqual({ kind: "text", pattern: [{ literal: text }] });
    }
  });

  test("a network keeps IPv6 apart from IPv4 and understands every way of writing", () => {
    const network = parseNetwork("2001:db8::/33");
    expect(network).toBeDefined();
    if (network === undefined) return;
    expect(networkHolds(network, "2001:DB8:7fff:0:0:0:0:1")).toBe(true);
    expect(networkHolds(network, "2001:db8:8000::1")).toBe(false);
    expect(networkHolds(network, "10.0.0.1")).toBe(false);
    expect(parseIpv6("::")).toBe("0".repeat(32));
    for (const bad of ["1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "1:2:3:4:5:6:7:8::", ":1::"]) {
      expect(parseIpv6(bad)).toBeUndefined();
    }
    for (const bad of ["10.0.0.0/33", "10.0.0/8", "010.0.0.0/8", "10.0.0.0/08", "::/129", "x/8"]) {
      expect(parseNetwork(bad)).toBeUndefined();
    }
  });
});

test.each([
  ['a "b', "query.quote_open", 2, 4],
  ["a (b", "query.group_open", 2, 3],
  ["a)", "query.group_unexpected_close", 1, 2],
  ["a ()", "query.group_empty", 3, 4],
  ["a and", "query.term_missing", 5, 5],
  ["or b", "query.term_missing", 0, 3],
  ["user: lan", "query.value_missing", 5, 6],
  ["port:[1 2]", "query.range_malformed", 5, 7],
  ["port:[1 TO 2", "query.range_malformed", 5, 12],
  ["port:>1*", "query.wildcard_in_bound", 6, 8],
  ["user:(host:x)", "query.field_nested", 6, 11],
  ["(".repeat(60), "query.too_deep", 41, 60],
  ["a ".repeat(300), "query.too_many_terms", 400, 600],
])("%s is refused at its place", (text, code, from, to) => {
  expect(parseQuery(text)).toEqual({ ok: false, error: { code, from, to } });
});

describe("properties", () => {
  test("what is printed parses back to the same tree", () => {
    fc.assert(
      fc.property(queryArbitrary, (query) => {
        expect(parsed(printQuery(query))).toEqual(query);
      }),
      { numRuns: 2_000 },
    );
  });

  test("any text gives a tree or a position inside the text, never an exception", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "(",
        ")",
        '"',
        ":",
        "[",
        "]",
        "{",
        " TO ",
        " or ",
        "not ",
        "-",
        "*",
        ">=",
        "\\",
        "a",
        "10.0.0.0/8",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const result = parseQuery(text);
        if (result.ok) {
          expect(parsed(printQuery(result.query))).toEqual(result.query);
          return;
        }
        expect(result.error.from).toBeLessThanOrEqual(result.error.to);
        expect(result.error.to).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });

  test("a clicked value finds its event again, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (value) => {
        const odd = { ...event, fields: { "Odd name": value } };
        expect(matches(parsed(fieldEquals("Odd name", value)), odd)).toBe(true);
      }),
    );
  });
});
