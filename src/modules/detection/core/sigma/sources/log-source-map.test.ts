import { describe, expect, test } from "vitest";
import { yamlParser } from "../../../../../platform/yaml/index.ts";
import { parseLogSourceMap } from "./log-source-map.ts";
import { parsePlaceholders } from "../parse/placeholder-values.ts";

function read(text: string) {
  return parseLogSourceMap(text, yamlParser, "map.yml");
}

function lines(text: string): string[] {
  return read(text).problems.map(({ file, line }) => `${file}:${line}`);
}

describe("our form", () => {
  test("routes, fed sources, names of fields and placeholders", () => {
    const { map, problems } = read(`
product: windows
channels: { security: [Security] }
routes:
  - category: [a, b]
    events:
      - { service: [s, t], when: { EventID: [1, 2] }, rename: { X: Y } }
fed:
  - category: f
taxonomies:
  n: [{ service: s }]
fields:
  - category: [a, b]
    names: [{ n: X, ecs: [x.y, x.z] }]
placeholders:
  Servers: [a, 1]
`);
    expect(problems).toEqual([]);
    expect(map.routes).toHaveLength(4);
    expect(map.routes[0]).toMatchObject({
      rule: { product: "windows", category: "a" },
      event: { product: "windows", service: "s" },
      when: [{ field: "EventID", values: ["1", "2"] }],
    });
    expect(map.fed).toEqual([
      { product: "windows", category: "f" },
      { product: "windows", service: "security" },
    ]);
    expect(map.aliases?.native.get("n")).toEqual([{ product: "windows", service: "s" }]);
    expect(map.aliases?.groups[0]?.scopes).toHaveLength(2);
    expect({ ...map.placeholders }).toEqual({ Servers: ["a", 1] });
  });

  test.each([
    ["nonsense: 1", ["map.yml:1"]],
    ["- a list", ["map.yml:1"]],
    ["routes: x", ["map.yml:1"]],
    ["routes:\n  - category: a", ["map.yml:2"]],
    ["routes:\n  - category: a\n    events:\n      - { service: s, wen: 1 }", ["map.yml:4"]],
    ["routes:\n  - category: a\n    events:\n      - { service: s, rename: { A: [B, C] } }", ["map.yml:4"]],
    ["fields:\n  - names: [{ ecs: only.one }]", ["map.yml:2"]],
    ["fields:\n  - category: a", ["map.yml:2"]],
    ["fields:\n  - names: [{ ecs: { a: b }, n: c }]", ["map.yml:2", "map.yml:2"]],
    ["placeholders: { A: [], B: [true] }", ["map.yml:1", "map.yml:1"]],
    ["a: 1\na: 2", ["map.yml:2"]],
  ])("%j is told with its line", (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  test("names of the prototype are names", () => {
    const { map } = read(
      'routes:\n  - category: a\n    events: [{ service: s, rename: { "__proto__": x, constructor: y } }]\nplaceholders: { "__proto__": [a] }',
    );
    expect(Object.keys(map.routes[0]?.rename ?? {})).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(map.placeholders)).toBe(null);
  });
});

describe("the form SigmaHQ publishes", () => {
  test("routes, channels, names of fields", () => {
    const { map, problems } = read(`
title: some scanner
logsources:
  one:
    category: process_creation
    product: windows
    conditions: { EventID: [1] }
    rewrite: { product: windows, service: sysmon }
    fieldmappings: { Image: NewProcessName }
  two:
    product: windows
    service: security
    sources: ["WinEventLog:Security"]
  three:
    product: windows
    service: powershell
    conditions: { LogName: [PowerShellCore/Operational] }
fieldmappings:
  CommandLine: cmd
  Same: Same
`);
    expect(problems).toEqual([]);
    expect(map.routes).toEqual([
      {
        rule: { product: "windows", category: "process_creation" },
        event: { product: "windows", service: "sysmon" },
        when: [{ field: "EventID", values: ["1"] }],
        rename: { Image: "NewProcessName" },
      },
    ]);
    expect([...map.channels]).toEqual([
      ["security", "security"],
      ["powershellcore/operational", "powershell"],
    ]);
    expect(map.fed).toEqual([
      { product: "windows", service: "security" },
      { product: "windows", service: "powershell" },
    ]);
    expect(map.aliases?.groups).toHaveLength(1);
  });

  test("the older form, a list", () => {
    const { map, problems } = read(
      "logsources:\n  - product: linux\n    service: auth\n    rewrite: { product: linux, service: syslog }",
    );
    expect(problems).toEqual([]);
    expect(map.routes).toHaveLength(1);
  });

  test.each([
    ["logsources:\n  a: 1", ["map.yml:2"]],
    ["logsources:\n  a:\n    rewrite: { service: s }", ["map.yml:3"]],
    ["logsources:\n  a:\n    product: p\n    rewrite: s", ["map.yml:4"]],
    ["logsources:\n  a:\n    product: p\n    rewrite: { index: s }", ["map.yml:4", "map.yml:4"]],
    ["logsources:\n  a:\n    product: p\n    service: s\n    sources: ['File:/var/log/x']", ["map.yml:5"]],
    ["logsources:\n  a:\n    product: p\n    index: logs-*", ["map.yml:3"]],
    ["fieldmappings:\n  A: { index=x: b }", ["map.yml:2"]],
    ["logsources: {}\nsomething: else", ["map.yml:2"]],
  ])("%j is told with its line", (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });
});

describe("values for placeholders", () => {
  test.each([
    ["Servers: [a, 'b*']\nPort: 445"],
    ["placeholders:\n  Servers: [a, 'b*']\n  '%Port%': 445"],
    ["name: a pipeline\nvars:\n  Servers: [a, 'b*']\n  Port: [445, 445]"],
  ])("%j", (text) => {
    const { placeholders, problems } = parsePlaceholders(text, yamlParser, "values.yml");
    expect(problems).toEqual([]);
    expect({ ...placeholders }).toEqual({ Servers: ["a", "b*"], Port: [445] });
  });

  test("what is wrong is told, the rest is used", () => {
    const { placeholders, problems } = parsePlaceholders("A: [x, null]\nB: { c: d }\nC: []", yamlParser, "values.yml");
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [1, "sigma.placeholders.invalid"],
      [2, "sigma.placeholders.invalid"],
      [3, "sigma.placeholders.invalid"],
    ]);
    expect({ ...placeholders }).toEqual({ A: ["x"] });
  });
});
