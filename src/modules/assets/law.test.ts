/** The tables in testdata, case by case: what the law gives, with the article that decides. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../platform/yaml/index.ts";
import { loadSchemes } from "./schemes.ts";
import { type Answers, judge, settledAnswers } from "./core/scheme.ts";

const Value = z.union([z.string(), z.number(), z.array(z.string())]);
const Answered = z.record(z.string(), Value);
const Table = z.strictObject({
  otherwise: Answered,
  cases: z.array(
    z.strictObject({
      case: z.string(),
      answers: Answered.default({}),
      level: z.union([z.number(), z.literal("?")]).optional(),
      class: z.string().optional(),
      article: z.string().optional(),
      open: z.array(z.string()).optional(),
    }),
  ),
});

function tableOf(name: string): z.infer<typeof Table> {
  const text = readFileSync(new URL(`./testdata/${name}`, import.meta.url), "utf8");
  const [document] = parseYaml(text);
  if (document?.root === undefined) throw new Error(`${name} cannot be read`);
  return Table.parse(plainValue(document.root));
}

const { schemes, problems } = await loadSchemes(
  fileURLToPath(new URL("../../../content/classifications", import.meta.url)),
);

test("the content of classifications is sound", () => {
  expect(problems).toEqual([]);
  expect([...schemes.keys()].sort()).toEqual(["nis2", "vn-level"]);
});

describe.each([
  ["vn-level", "vn-level.cases.yml", 60],
  ["nis2", "nis2.cases.yml", 40],
] as const)("%s", (id, file, atLeast) => {
  const content = schemes.get(id)?.content;
  if (content === undefined) throw new Error(`${id} is not there`);
  const { otherwise, cases } = tableOf(file);

  test(`has at least ${atLeast} cases, each once`, () => {
    expect(cases.length).toBeGreaterThanOrEqual(atLeast);
    expect(new Set(cases.map((row) => row.case)).size).toBe(cases.length);
  });

  test("has a case for every criterion", () => {
    const met = cases.flatMap(({ answers }) =>
      judge(content, given({ ...otherwise, ...answers }))
        .criteria.filter(({ state }) => state === "met")
        .map((criterion) => criterion.id),
    );
    expect(content.criteria.map((criterion) => criterion.id).filter((each) => !met.includes(each))).toEqual([]);
  });

  test.each(cases)("$case", ({ answers, level, class: expected, article, open }) => {
    const settled = settledAnswers(content, given({ ...otherwise, ...answers }), 1e12);
    if (!("answers" in settled)) throw new Error(JSON.stringify(settled));
    const verdict = judge(content, settled.answers);
    const wanted = String(level ?? expected);
    expect(verdict.outcome ?? "?").toBe(wanted);
    const articlesOf = (ids: readonly string[]) =>
      content.criteria.filter((criterion) => ids.includes(criterion.id)).map((criterion) => criterion.article);
    if (article !== undefined) expect(articlesOf(verdict.decidedBy)).toContain(article);
    if (open !== undefined) expect(articlesOf(verdict.couldRaise)).toEqual(expect.arrayContaining(open));
    if (!Object.values(answers).includes("?")) expect(verdict.couldRaise).toEqual([]);
  });
});

/** `?` is no answer. */
function given(answers: z.infer<typeof Answered>): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== "?"));
}
