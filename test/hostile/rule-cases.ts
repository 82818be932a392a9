/** Rules from outside, one at a time and in archives. */
import type { Expected, HostileCase, Reply, Target } from "./case.ts";
import { hostileArchives } from "./archives.ts";
import { INJECTIONS } from "./payloads.ts";

let next = 0;
const id = (): string => `00000000-0000-4000-8000-${String((next += 1)).padStart(12, "0")}`;

const rule = (detection: string, over = ""): string => `title: Hostile
id: ${id()}
logsource:
  product: linux
${over}detection:
${detection}
level: low
`;
const selection = (text: string): string => rule(`  s:\n${text}\n  condition: s`);

/** Imports, lets events run against what was loaded (`probed`), takes the import away again. */
async function bring(target: Target, upload: { name: string; body: Buffer; probed?: boolean }): Promise<Reply> {
  const { name, body, probed = false } = upload;
  const admin = target.admin();
  const answer = await admin.ask<{ import?: { id: string; loaded: number } }>(
    "POST",
    `/api/v1/rules/imports?name=${encodeURIComponent(name)}`,
    {
      body: new Uint8Array(body),
      headers: { "content-type": "application/octet-stream" },
    },
  );
  if (answer.status !== 200) return answer;
  const withdrawn = async (): Promise<Reply> => {
    const { id: imported, loaded } = answer.body.import ?? { id: "", loaded: 0 };
    if (loaded > 0) await admin.ask("DELETE", `/api/v1/rules/imports/${imported}`);
    return answer;
  };
  if (!probed) return withdrawn();
  const probe = `<38>Nov 21 08:00:00 h sshd[1]: Failed password for ${"a".repeat(3_000)}! from 192.0.2.1 port 1 ssh2\n`;
  await target.sender.deliver(probe.repeat(20), { type: "text/plain" });
  await target.child.caughtUp(10 * 60_000);
  return withdrawn();
}

const counts =
  (loaded: number, rejected: boolean) =>
  ({ text }: Reply): string | undefined => {
    const report = (JSON.parse(text) as { import: { loaded: number; rejected: number } }).import;
    return report.loaded === loaded && report.rejected > 0 === rejected
      ? undefined
      : `${report.loaded} loaded, ${report.rejected} rejected: ${text.slice(0, 400)}`;
  };
const loads: Expected = { status: [200], holds: counts(1, false) };
const rejects: Expected = { status: [200], holds: counts(0, true) };
const either: Expected = { status: [200, 413, 422] };

function one(name: string, text: () => string | Buffer, expect: Expected, probed = false): HostileCase {
  return {
    name,
    expect,
    withinMs: 20_000,
    ask: (target) => bring(target, { name: "rule.yml", body: Buffer.from(text()), probed }),
  };
}

const regex = (pattern: string): string => selection(`    message|re: '${pattern.replaceAll("'", "''")}'`);
const list = (count: number, width: number): string =>
  `    message|contains:\n${Array.from({ length: count }, (_, n) => `      - ${String(n).padStart(width, "v")}`).join("\n")}`;
const bomb = `${Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${Array.from({ length: 10 }, () => (n === 0 ? "lol" : `*a${n - 1}`)).join()}]`).join("\n")}\n`;

const regexes: readonly HostileCase[] = [
  ...[
    "(a+)+$",
    "((a*)*)*b",
    "(a|a)*b",
    "(a|aa)+$",
    "([a-z]+)*!x",
    "(.*)*x",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "a{1,1000}a{1,1000}b",
    "(?:a?){100}a{100}",
    ".*.*.*.*.*=.*",
  ].map((pattern) => one(`slow elsewhere: ${pattern}`, () => regex(pattern), { status: [200] }, true)),
  ...["(a)\\1", "(?=a)b", "(?<=a)b", "(?>a)b", "(?R)", "(", "[", "a{2,1}", "*a", "(?P<x", "\\"].map((pattern) =>
    one(`not to be run: ${pattern}`, () => regex(pattern), rejects),
  ),
  one(
    "a pattern of 100,000 alternatives",
    () => regex(`(${Array.from({ length: 100_000 }, (_, n) => n).join("|")})`),
    rejects,
  ),
  one("a pattern that repeats a repeat of a repeat", () => regex("((a{1000}){1000}){1000}"), rejects),
  one("a pattern of 3,000 brackets", () => regex("(".repeat(1_500) + ")".repeat(1_500)), either),
];

const values: readonly HostileCase[] = [
  one("19,000 values", () => selection(list(19_000, 8)), loads, true),
  one("100,000 values", () => selection(list(100_000, 1)), rejects),
  one("a value of 100 KB", () => selection(`    message: ${"x".repeat(100_000)}`), rejects),
  one("a value of 1,000 stars", () => selection(`    message: '${"*a".repeat(1_000)}'`), rejects),
  one(
    "1,000 selections",
    () => rule(`${Array.from({ length: 1_000 }, (_, n) => `  s${n}: [x]`).join("\n")}\n  condition: all of them`),
    rejects,
  ),
  one(
    "a condition of 10,000 brackets",
    () => rule(`  s: [x]\n  condition: "${"(".repeat(10_000)}s${")".repeat(10_000)}"`),
    rejects,
  ),
  one("a condition of 5,000 nots", () => rule(`  s: [x]\n  condition: "${"not ".repeat(5_000)}s"`), rejects),
  one("a condition that is SQL", () => rule(`  s: [x]\n  condition: "s; DROP TABLE rules"`), rejects),
  one("a selection named __proto__", () => rule("  __proto__: [x]\n  condition: __proto__"), either),
  one(
    "fields named __proto__ and constructor",
    () => selection("    __proto__: x\n    constructor: y\n    toString|contains: z"),
    either,
  ),
  one("an unknown modifier", () => selection("    message|__proto__: x"), rejects),
  one("a chain of 1,000 modifiers", () => selection(`    message|${"contains|".repeat(1_000)}all: x`), either),
  one("base64 of base64 of base64", () => selection(`    message|${"base64|".repeat(20)}contains: x`), either),
  one("a network of nonsense", () => selection("    ip|cidr: 999.1.1.1/99"), rejects),
  one("windash on 60 dashes", () => selection(`    message|windash: '${"-".repeat(60)}'`), either),
  one("numbers beyond all numbers", () => selection("    a|gt: 1e999\n    b|lt: .nan\n    c: -.inf"), either),
];

const yaml: readonly HostileCase[] = [
  one("an alias bomb", () => `${bomb}${selection("    message: x")}`, rejects),
  one("an alias of itself", () => "a: &a [*a]\n", rejects),
  one(
    "merge keys",
    () =>
      "base: &b {message: x}\ntitle: t\nlogsource: {product: linux}\ndetection:\n  s:\n    <<: *b\n  condition: s\n",
    either,
  ),
  one("a Python object", () => `x: !!python/object/apply:os.system ["id"]\n${selection("    message: x")}`, either),
  one("a JavaScript function", () => selection('    message: !!js/function "function(){process.exit()}"'), either),
  one("an unknown tag", () => selection("    message: !secret x"), either),
  one("tabs", () => selection("\t\tmessage: x"), rejects),
  one("a key twice", () => selection("    message: x\n    message: y"), either),
  one("10 MB in one value", () => `title: ${"x".repeat(10_000_000)}\n`, { status: [200, 413, 422] }),
  one("random bytes", () => Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 2_654_435_761) % 256)), either),
  one("nothing", () => "", either),
  one("only comments", () => "# x\n".repeat(10_000), either),
  one("UTF-16", () => Buffer.from(selection("    message: x"), "utf16le"), either),
  one("NUL in a title", () => selection('    message: "\\0"').replace("Hostile", '"a\\0b"'), either),
  one("lists 10,000 deep", () => `title: x\ndetection: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`, rejects),
  one(
    "maps 3,000 deep",
    () => `title: x\ndetection:\n${Array.from({ length: 3_000 }, (_, n) => `${" ".repeat(n + 1)}k:`).join("\n")}\n`,
    either,
  ),
  one("20,000 documents", () => "---\ntitle: x\n".repeat(20_000), either),
  one("no title", () => selection("    message: x").replace("title: Hostile\n", ""), rejects),
  one("an id that is a path", () => selection("    message: x").replace(/id: .*/u, "id: ../../x"), either),
  one("a level of none", () => selection("    message: x").replace("level: low", "level: __proto__"), rejects),
  one("a list where the rule should be", () => "- title: x\n- detection: y\n", rejects),
  one("a number where the rule should be", () => "42\n", rejects),
  one("a detection that is text", () => "title: x\nlogsource: {product: linux}\ndetection: all\n", rejects),
  one(
    "a log source that is a list",
    () => "title: x\nlogsource: [linux]\ndetection: {s: [x], condition: s}\n",
    rejects,
  ),
  one("a date of nonsense", () => selection("    message: x").replace("level:", "date: 9999-99-99\nlevel:"), either),
  one("1 million blanks", () => `title:${" ".repeat(400_000)}x\n`, rejects),
];

const injections: readonly HostileCase[] = Object.entries(INJECTIONS).map(([name, text]) =>
  one(
    `rule full of: ${name}`,
    () =>
      selection(`    message|contains: ${JSON.stringify(text)}`)
        .replace("Hostile", JSON.stringify(text))
        .replace(
          "level:",
          `author: ${JSON.stringify(text)}\ndescription: ${JSON.stringify(text)}\nfalsepositives: [${JSON.stringify(text)}]\nlevel:`,
        ),
    either,
  ),
);

const archives: readonly HostileCase[] = hostileArchives(
  Buffer.from(selection("    message: nothing-is-like-this")),
  "yml",
).map(({ name, file, bytes }) => ({
  name,
  expect: { status: [200, 413, 422] },
  withinMs: 60_000,
  ask: (target: Target) => bring(target, { name: file, body: bytes() }),
}));

const uploads: readonly HostileCase[] = ["x.exe", "x", "../../x", ".yml/", "x.yml\u0000.exe", "__proto__"].map(
  (name) => ({
    name: `upload named ${JSON.stringify(name)}`,
    expect: { status: [415, 422] },
    ask: (target) => bring(target, { name, body: Buffer.from("title: x\n") }),
  }),
);

export const ruleCases: readonly HostileCase[] = [
  ...regexes,
  ...values,
  ...yaml,
  ...injections,
  ...uploads,
  ...archives,
];
