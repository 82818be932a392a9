import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../../platform/yaml/index.ts";
import { newFields, type OpenFields, type Reading } from "../parsed.ts";
import { addressEnd, isAddress } from "./addresses.ts";
import { compilePattern, patternComplaint } from "./compile-pattern.ts";
import { readCsv } from "./csv.ts";
import { readCef, readLeef } from "./extensions.ts";
import { ParserSet, readDefinition } from "./index.ts";
import { readKeyValues } from "./key-values.ts";
import { readPattern } from "./pattern-syntax.ts";
import { timeFormat } from "./time-format.ts";

const READING: Reading = { receivedAt: Date.UTC(2026, 0, 2), utcOffsetMinutes: 420 };

function match(pattern: string, text: string): OpenFields | undefined {
  const read = readPattern(pattern);
  if ("complaint" in read) throw new Error(read.complaint.message);
  const complaint = patternComplaint(read.nodes);
  if (complaint !== undefined) throw new Error(complaint);
  const compiled = compilePattern(read.nodes);
  const fields = newFields();
  if (!compiled.run(text)) return undefined;
  compiled.take(fields, READING);
  return fields;
}

describe("patterns", () => {
  test.each<[string, string, OpenFields | undefined]>([
    ["a <x> b", "a 1 b", { x: "1" }],
    ["a <x> b", "a 1 b ", undefined],
    ["a <x> b<_>", "a 1 b and more", { x: "1" }],
    ["<x> from <ip:ip><_>", "root from 1.1.1.1 from 192.0.2.1", { x: "root", ip: "1.1.1.1" }],
    ["<x:last> from <ip:ip>", "root from 1.1.1.1 from 192.0.2.1", { x: "root from 1.1.1.1", ip: "192.0.2.1" }],
    ["<x:word>: <y>", "a:b: c", { x: "a:b", y: "c" }],
    ["x<? y=<y:int>?><? z=<z:int>?>", "x z=3", { z: 3 }],
    ["<(in|out)> <n:int>", "out 5", { n: 5 }],
    ["<way:one(in|input)> <n:int>", "input 5", { way: "input", n: 5 }],
    ["<<<mail:until(>)>>", "<a@b>", { mail: "a@b" }],
    ["<(a||b|c)>", "a|b", {}],
    ["<q:quoted> <n:number>", '"say \\"hi\\"" -1.5', { q: 'say "hi"', n: -1.5 }],
    ["<h:host>:<p:port>", "2001:db8::1:51000", { h: "2001:db8::1", p: 51_000 }],
    ["<i:ip>:<p:port>", "[2001:db8::1]:22", { i: "2001:db8::1", p: 22 }],
    ["<d:labels>", "(3)www(7)example(0)", { d: "www.example" }],
    ["<m:mac> <c:chars(a-f0-9)>", "00:00:5e:00:53:01 beef", { m: "00:00:5e:00:53:01", c: "beef" }],
  ])("%s on %s", (pattern, text, expected) => {
    expect(match(pattern, text)).toEqual(expected === undefined ? undefined : Object.assign(newFields(), expected));
  });

  test.each([
    ["<x", 2],
    ["<?a", 3],
    ["<(a|b", 5],
    ["<x:quoted(>", 0],
    ["", 0],
    ["< x>", 0],
  ])("%s is refused at its place", (pattern, at) => {
    expect(readPattern(pattern)).toMatchObject({ complaint: { at } });
  });

  test("a text without an end, an unknown type and a wrong time format are complaints", () => {
    const complaint = (pattern: string): string | undefined => {
      const read = readPattern(pattern);
      return "nodes" in read ? patternComplaint(read.nodes) : undefined;
    };
    expect(complaint("<a><b:int>")).toContain("<a> ends");
    expect(complaint("<a:nothing>")).toContain("nothing");
    expect(complaint("<a:time(%Q)>")).toContain("%Q");
    expect(complaint("<a:until>")).toContain("argument");
  });

  test("literal text always fits itself, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
        fc.string({ maxLength: 20 }),
        (text, user) => {
          const pattern = `${text.replaceAll("<", "<<")}<x>`;
          expect(match(pattern, text + user)).toEqual(Object.assign(newFields(), user === "" ? {} : { x: user }));
        },
      ),
    );
  });

  test("no text makes a pattern slow", () => {
    const patterns = ["<a> <b> <c> <d>, <e>; <f>", "<? <a> x?><? <b> y?><? <c> z?>end", "<a:last> from <b:ip>"];
    const texts = [" ".repeat(16_000), " x".repeat(8_000), " from 1".repeat(2_500), ", ;".repeat(5_000)];
    for (const pattern of patterns) {
      for (const text of texts) {
        const before = process.cpuUsage();
        match(pattern, text);
        const { user, system } = process.cpuUsage(before);
        expect((user + system) / 1_000).toBeLessThan(500);
      }
    }
  });
});

describe("times", () => {
  test.each([
    ["%d/%b/%Y:%H:%M:%S %z", "18/Nov/2026:09:14:05 +0700", "2026-11-18T02:14:05.000Z"],
    ["iso", "2026-11-18 09:14:05,120", "2026-11-18T02:14:05.120Z"],
    ["iso", "2026-11-18T09:14:05.120438Z", "2026-11-18T09:14:05.120Z"],
    ["bsd", "Dec 31 23:59:59", "2025-12-31T16:59:59.000Z"],
    ["%m/%d/%y %I:%M:%S %p", "1/2/26 1:00:00 PM", "2026-01-02T06:00:00.000Z"],
    ["epoch", "1795000445.120", "2026-11-18T11:14:05.120Z"],
    ["%a %b %e %H:%M:%S%f %Y", "Wed Nov  8 09:14:05.5 2026", "2026-11-08T02:14:05.500Z"],
    ["%Y-%m-%d %H:%M:%S%f %Z", "2026-11-18 09:14:05.120 CET", "2026-11-18T08:14:05.120Z"],
    ["%Y-%m-%d %H:%M:%S %Z", "2026-07-18 09:14:05 EDT", "2026-07-18T13:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S %Z", "2026-11-18 09:14:05 ICT", "2026-11-18T02:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S %Z", "2026-11-18 09:14:05 PHT", "2026-11-18T01:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S %Z", "2026-11-18 09:14:05 ACST", "2026-11-17T23:44:05.000Z"],
    // The reading's zone: several countries write these.
    ["%Y-%m-%d %H:%M:%S %Z", "2026-11-18 09:14:05 CST", "2026-11-18T02:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S %Z", "2026-11-18 09:14:05 IST", "2026-11-18T02:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S%?Z", "2026-11-18 09:14:05 JST", "2026-11-18T00:14:05.000Z"],
    ["%Y-%m-%d %H:%M:%S%?Z", "2026-11-18 09:14:05", "2026-11-18T02:14:05.000Z"],
  ])("%s reads %s", (format, text, expected) => {
    const made = timeFormat(format);
    expect(made?.read(text, 0)).toBe(text.length);
    expect(new Date(made?.value(READING) ?? 0).toISOString()).toBe(expected);
  });

  test("a word that is no zone's name stays behind the time", () => {
    const text = "2026-11-18 09:14:05 CST: up";
    expect(timeFormat("%Y-%m-%d %H:%M:%S%?Z")?.read(text, 0)).toBe(19);
  });

  test("what no calendar has is no time", () => {
    const made = timeFormat("%d/%m/%Y %H:%M");
    expect(made?.read("45/13/2026 99:99", 0)).toBeGreaterThan(0);
    expect(made?.value(READING)).toBeNaN();
    expect(timeFormat("%Q")).toBeUndefined();
  });
});

describe("lists", () => {
  const pairs = (text: string, rule = {}): OpenFields => {
    const fields = newFields();
    readKeyValues(text, { pair: " ", assign: "=", quotes: '"', prefix: "", ...rule }, fields);
    return fields;
  };

  test("pairs, quotes, flags and separators", () => {
    expect({ ...pairs('a=1 b="x \\"y\\" z" c= d=e=f') }).toEqual({ a: "1", b: 'x "y" z', d: "e=f" });
    expect({ ...pairs("SYN a=1 DF", { flags: "flags" }) }).toEqual({ flags: ["SYN", "DF"], a: "1" });
    expect({ ...pairs("a=1, b=x y, b=z", { pair: ", " }) }).toEqual({ a: "1", b: ["x y", "z"] });
    expect({ ...pairs("__proto__=1 constructor=2") }).toEqual(JSON.parse('{"__proto__":"1","constructor":"2"}'));
  });

  test("columns with quotes", () => {
    const fields = newFields();
    readCsv('a,"b ""x"", c",,d,e,f', { separator: ",", columns: ["one", "two", "_", "four"], rest: "rest" }, fields);
    expect({ ...fields }).toEqual({ one: "a", two: 'b "x", c', four: "d", rest: "e,f" });
  });

  test("what CEF writes with its escapes is read again", () => {
    const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text && text !== "");
    fc.assert(
      fc.property(value, value, (name, message) => {
        const header = name.replaceAll("\\", "\\\\").replaceAll("|", "\\|");
        const extension = message.replaceAll("\\", "\\\\").replaceAll("=", "\\=");
        const fields = newFields();
        expect(readCef(`CEF:0|V|P|1|7|${header}|5|act=x msg=${extension} dpt=22`, fields)).toBe(true);
        expect(fields).toMatchObject({ name, msg: message, act: "x", dpt: "22" });
      }),
    );
  });

  test("nothing makes the readers throw", () => {
    const piece = fc.constantFrom("CEF:0|", "LEEF:2.0|", "|", "\\", "=", '"', ",", " ", "a", "x09", "\n", "^");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        readCef(text, newFields());
        readLeef(text, newFields());
        readCsv(text, { separator: ",", columns: ["a", "b", "c"] }, newFields());
        pairs(text, { flags: "flags" });
      }),
    );
  });
});

test("an address ends where it ends", () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => isAddress(address)));
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => addressEnd(text, 0) <= text.length));
  expect(["1.2.3.256", "1.2.3", "abcd", "1:2:3", ":::"].map((text) => isAddress(text))).toEqual(Array(5).fill(false));
});

describe("definition files", () => {
  const read = (text: string, file = "gate.yml") => {
    const root = parseYaml(text)[0]?.root;
    if (root === undefined) throw new Error("no YAML");
    return readDefinition(root, file);
  };

  test("are told apart by program, beginning and member, smaller priority first", () => {
    const define = (name: string, rest: string) =>
      read(`name: ${name}\nlogsource: { product: ${name} }\nsamples: []\n${rest}`, `${name}.yml`).definition ?? [];
    const set = new ParserSet(
      [
        define("late", "priority: 200\npatterns: ['<all>']"),
        define("gate", "match: { program: [gate, 'door*'] }\npatterns: ['open <n:int>']"),
        define("early", "patterns: ['open <word:word>']"),
        define("object", "match: { json: { /kind: ['gate*'] } }\njson: { pick: { n: /deep/n } }"),
      ].flat(),
    );
    expect(set.readMessage("/usr/bin/GATE", "open 7", READING)).toMatchObject({ name: "gate", fields: { n: 7 } });
    expect(set.readMessage("doorman", "open 7", READING)?.name).toBe("gate");
    expect(set.readMessage("gate", "open it", READING)?.name).toBe("early");
    expect(set.readLine("close", READING)?.name).toBe("late");
    expect(set.readJson({ kind: "gate-7", deep: { n: 1 } }, READING)).toMatchObject({
      name: "object",
      fields: { n: 1 },
    });
    expect(set.readJson({ kind: "other" }, READING)).toBeUndefined();
  });

  test("every mistake is told with its line and a hint, all at once", () => {
    const { definition, problems } = read(
      [
        "name: Gate",
        "logsource: { product: x }",
        "patterns:",
        "  - 'a <x:nothing>'",
        "  - 'b <'",
        "entities: { usr: a }",
        "time: { from: t, format: '%Q' }",
        "sampels: []",
      ].join("\n"),
    );
    expect(definition).toBeUndefined();
    expect(problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      "gate.yml:1 parser.value.wrong",
      "gate.yml:4 parser.pattern.wrong",
      "gate.yml:5 parser.pattern.wrong",
      "gate.yml:7 parser.value.wrong",
      "gate.yml:6 parser.value.wrong",
      "gate.yml:8 parser.key.unknown",
    ]);
    for (const { hint } of problems) expect(hint).not.toBe("");
  });
});
