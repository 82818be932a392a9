/** Several threads that read the files of an archive find what one finds, in the order of the files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMPTY_LOG_SOURCE_MAP } from "./core/sigma/index.ts";
import { packForMatching, packRule, unpackRule } from "./packed-rule.ts";
import { readPacked, type RuleFileReader, unpackFiles } from "./rule-files.ts";
import { type ImportReport, loadRules } from "./rule-import.ts";

const FILES = 900;
let dir = "";
const path = (): string => join(dir, "rules.tar.gz");

/** Every tenth is broken in one way or another, every twentieth has the id of another. */
function ruleText(number: number): string {
  const id = `rule-${number % 20 === 7 ? number - 7 : number}`;
  const value = number % 30 === 10 ? "  CommandLine|re: '(?<=x)y'" : `  CommandLine|contains: 'text ${number}'`;
  const title = number % 50 === 20 ? "" : `title: Rule ${number}\n`;
  return `${title}id: ${id}\nlogsource: {product: windows}\ndetection:\n sel:\n${value}\n condition: sel\n`;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-rule-files-"));
  const packed = pack();
  for (let number = 0; number < FILES; number += 1) packed.entry({ name: `${number}.yml` }, ruleText(number));
  packed.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of packed) chunks.push(chunk as Uint8Array);
  writeFileSync(path(), gzipSync(Buffer.concat(chunks)));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** As another thread answers: late, and through a copy. */
const elsewhere: RuleFileReader = async (files) => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return unpackFiles(deserialize(serialize(readPacked(files, {}))));
};
const broken: RuleFileReader = () => Promise.reject(new Error("the thread ended"));

function plain(report: ImportReport): unknown {
  return JSON.parse(JSON.stringify({ ...report, texts: [...report.texts] }));
}

describe("rule files read by several threads", () => {
  test.each([
    ["one more", [elsewhere]],
    ["three more", [elsewhere, elsewhere, elsewhere]],
    ["one that fails", [broken, elsewhere]],
  ] as const)("%s", async (_, readers) => {
    const alone = await loadRules(path(), { logSourceMap: EMPTY_LOG_SOURCE_MAP });
    expect(alone.rejected.length).toBeGreaterThan(50);
    expect(alone.rules.length).toBeGreaterThan(700);
    const shared = await loadRules(path(), { logSourceMap: EMPTY_LOG_SOURCE_MAP, readers });
    expect(plain(shared)).toEqual(plain(alone));
  });

  test("a packed rule comes out as it went in, however often it travels", async () => {
    const { rules } = await loadRules(path(), { logSourceMap: EMPTY_LOG_SOURCE_MAP });
    const [rule] = rules;
    if (rule === undefined) throw new Error("no rule");
    const travelled = unpackRule(packRule(unpackRule(packRule(rule))));
    expect({ ...travelled }).toEqual(rule);
    expect(unpackRule(packForMatching(travelled)).detection).toEqual(rule.detection);
  });
});
