/** Classifications by law as they are in content/classifications: read, checked, and known by the hash of their text. */
import { createHash } from "node:crypto";
import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, type Judged, loadContent } from "../../platform/content/index.ts";
import { parseYaml, plainValue } from "../../platform/yaml/index.ts";
import { type Condition, questionsIn, termsIn } from "./core/scheme.ts";
import { SchemeContent, SchemeId } from "./classification/schemas.ts";

export interface LoadedScheme {
  readonly content: SchemeContent;
  /** SHA-256 of the content as JSON. An assessment keeps it, so that it is known what was asked. */
  readonly hash: string;
}

export async function loadSchemes(
  dir: string,
): Promise<{ readonly schemes: ReadonlyMap<SchemeId, LoadedScheme>; readonly problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseScheme });
  const schemes = new Map<SchemeId, LoadedScheme>();
  for (const scheme of items) {
    const id = SchemeId.safeParse(scheme.content.id);
    if (id.success) schemes.set(id.data, scheme);
  }
  return { schemes, problems };
}

function parseScheme({ path, text }: ContentFile): Judged<LoadedScheme> {
  const [document] = parseYaml(text);
  const broken = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || broken.length > 0) return { items: [], problems: broken };
  const parsed = SchemeContent.safeParse(plainValue(document.root));
  const complaints = parsed.success
    ? looseEnds(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const problems = complaints.map((message) => ({ file: path, line: 1, code: "assets.scheme.invalid", message }));
  if (!parsed.success || problems.length > 0) return { items: [], problems };
  const hash = createHash("sha256").update(JSON.stringify(parsed.data)).digest("hex");
  return { items: [{ content: parsed.data, hash }], problems: [] };
}

/** Names that name nothing, and ids that are there twice. */
function looseEnds(content: SchemeContent): string[] {
  const { outcomes, sections, questions, criteria, notes, terms } = content;
  const outcomeIds = new Set(outcomes.map(({ id }) => id));
  const twice = [outcomes, sections, questions, criteria, notes].flatMap((list) => {
    const ids = list.map(({ id }) => id);
    return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is there twice`);
  });
  const named = [
    ...criteria.flatMap(({ id, outcome }) => (outcomeIds.has(outcome) ? [] : [`${id}: no outcome ${outcome}`])),
    ...notes.flatMap(({ id, outcomes: of = [] }) =>
      of.filter((each) => !outcomeIds.has(each)).map((each) => `${id}: no outcome ${each}`),
    ),
    ...questions.flatMap(({ id, section }) =>
      sections.some((each) => each.id === section) ? [] : [`${id}: no section ${section}`],
    ),
    ...questions.flatMap(({ id, kind, options }) =>
      (kind === "number") === (options.length === 0) ? [] : [`${id}: options do not fit its kind`],
    ),
    ...(content.otherwise === undefined || outcomeIds.has(content.otherwise) ? [] : ["otherwise: no such outcome"]),
  ];
  const conditions: [string, Condition | undefined][] = [
    ...criteria.map(({ id, when }): [string, Condition] => [id, when]),
    ...notes.map(({ id, when }): [string, Condition | undefined] => [id, when]),
    ...questions.map(({ id, askedWhen }): [string, Condition | undefined] => [id, askedWhen]),
    ...Object.entries(terms).map(([id, { when }]): [string, Condition] => [id, when]),
  ];
  return [
    ...twice,
    ...named,
    ...conditions.flatMap(([id, when]) =>
      (when === undefined ? [] : looseCondition(when, content)).map((flaw) => `${id}: ${flaw}`),
    ),
    ...Object.entries(terms).flatMap(([id, { when }]) =>
      termsIn(when).size === 0 ? [] : [`${id}: a term is made of questions, not of terms`],
    ),
    ...questions.flatMap(({ id, askedWhen }, at) =>
      askedWhen === undefined
        ? []
        : [...questionsIn(askedWhen, content)]
            .filter((other) => questions.findIndex((each) => each.id === other) >= at)
            .map((other) => `${id}: asked because of ${other}, which comes later`),
    ),
  ];
}

function looseCondition(condition: Condition, content: SchemeContent): string[] {
  if ("all" in condition) return condition.all.flatMap((each) => looseCondition(each, content));
  if ("some" in condition) return condition.some.flatMap((each) => looseCondition(each, content));
  if ("not" in condition) return looseCondition(condition.not, content);
  if ("term" in condition) return condition.term in content.terms ? [] : [`no term ${condition.term}`];
  const question = content.questions.find(({ id }) => id === condition.question);
  if (question === undefined) return [`no question ${condition.question}`];
  const isChoice = "any" in condition;
  if (isChoice === (question.kind === "number")) return [`${question.id} is asked in another way`];
  if (!isChoice) return [];
  return condition.any
    .filter((option) => !question.options.some(({ id }) => id === option))
    .map((option) => `${question.id} has no option ${option}`);
}
