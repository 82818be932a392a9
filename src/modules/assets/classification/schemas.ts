/** Shapes of classifications by law: content/classifications/*.yml, and what is told and kept of them. */
import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import type { Condition as ConditionShape } from "../core/scheme.ts";
import { MAX_CRITERIA, MAX_NAME, MAX_NOTES, MAX_OPTIONS, MAX_QUESTIONS, MAX_REASON } from "../limits.ts";

const Id = z.string().regex(/^[a-z][a-z0-9_.-]{0,63}$/u);
const OptionId = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/u);
const Words = z.strictObject({ vi: z.string().min(1).max(MAX_NOTES), en: z.string().min(1).max(MAX_NOTES) });
/**
 * How a statement was checked: primary = the text itself was read, digest = a digest that cites the article was read,
 * secondary = reported elsewhere, memory = unchecked, reading = our own reading of an unclear text.
 */
export const Verification = z.enum(["primary", "digest", "secondary", "memory", "reading"]);
const Cited = { article: z.string().min(1).max(MAX_NAME), verification: Verification };

const Condition: z.ZodType<ConditionShape> = z.lazy(() =>
  z.union([
    z.strictObject({ question: Id, any: z.array(OptionId).min(1).max(MAX_OPTIONS) }),
    z.strictObject({ question: Id, atLeast: z.number() }),
    z.strictObject({ question: Id, above: z.number() }),
    z.strictObject({ question: Id, below: z.number() }),
    z.strictObject({ term: Id }),
    z.strictObject({ all: z.array(Condition).min(1).max(MAX_CRITERIA) }),
    z.strictObject({ some: z.array(Condition).min(1).max(MAX_CRITERIA) }),
    z.strictObject({ not: Condition }),
  ]),
);

const Option = z.strictObject({
  id: OptionId,
  text: Words,
  /** Options of one group stand under one heading. */
  group: Words.optional(),
  hint: Words.optional(),
  /** Where the option comes from, when it is not the question's own article. */
  article: z.string().max(MAX_NAME).optional(),
});

export const SchemeQuestion = z.strictObject({
  id: Id,
  kind: z.enum(["one", "many", "number"]),
  section: Id,
  text: Words,
  /** Why it is asked and how to answer when in doubt. */
  why: Words,
  ...Cited,
  unit: Words.optional(),
  options: z.array(Option).max(MAX_OPTIONS).default([]),
  askedWhen: Condition.optional(),
});

export const SchemeCriterion = z.strictObject({
  id: Id,
  outcome: OptionId,
  text: Words,
  ...Cited,
  when: Condition,
  overrides: z.boolean().optional(),
});

export const SchemeNote = z.strictObject({
  id: Id,
  /** What follows from the outcome, what is doubtful about it, how to read a word. */
  kind: z.enum(["duty", "doubt"]),
  text: Words,
  ...Cited,
  outcomes: z.array(OptionId).optional(),
  when: Condition.optional(),
});

export const SchemeContent = z.strictObject({
  id: Id,
  version: z.string().regex(/^\d{4}-\d{2}-\d{2}(?:\.\d+)?$/u),
  title: Words,
  /** What is classified: a system, or the organisation that runs it. */
  about: Words,
  instrument: Words,
  inForceFrom: z.iso.date(),
  disclaimer: Words,
  sections: z
    .array(z.strictObject({ id: Id, title: Words }))
    .min(1)
    .max(20),
  outcomes: z
    .array(z.strictObject({ id: OptionId, short: Words, title: Words, text: Words, ...Cited }))
    .min(1)
    .max(20),
  otherwise: OptionId.optional(),
  terms: z.record(Id, z.strictObject({ text: Words, ...Cited, when: Condition })).default({}),
  questions: z.array(SchemeQuestion).min(1).max(MAX_QUESTIONS),
  criteria: z.array(SchemeCriterion).min(1).max(MAX_CRITERIA),
  notes: z.array(SchemeNote).max(MAX_CRITERIA).default([]),
});
export type SchemeContent = z.infer<typeof SchemeContent>;

export const SchemeId = z.enum(["vn-level", "nis2"]);
export type SchemeId = z.infer<typeof SchemeId>;
export const SchemeParams = z.object({ scheme: SchemeId });
export const ShownScheme = z.object({ content: SchemeContent, hash: z.string() });

export const AnswersShape = z.record(
  Id,
  z.union([z.string().max(64), z.number(), z.array(z.string().max(64)).max(MAX_OPTIONS)]),
);
export const Verdict = z.object({
  outcome: z.string().nullable(),
  isCertain: z.boolean().describe("No criterion that is still open could raise it"),
  decidedBy: z.array(z.string()),
  couldRaise: z.array(z.string()),
  criteria: z.array(
    z.object({
      id: z.string(),
      state: z.enum(["met", "unmet", "open"]),
      questions: z.array(z.string()),
      missing: z.array(z.string()),
    }),
  ),
  asked: z.array(z.string()),
  unanswered: z.array(z.string()),
  notes: z.array(z.string()),
});
export type ShownVerdict = z.infer<typeof Verdict>;
export const TryRequest = z.object({ answers: AnswersShape });

export const AssessmentRequest = z.object({
  scheme: SchemeId,
  answers: AnswersShape,
  hash: z.string().max(64).describe("Of the content the answers were given to"),
  reason: z.string().trim().max(MAX_REASON).default(""),
});
const Person = z.object({ id: z.string(), name: z.string() });
export const Assessment = z.object({
  id: z.string(),
  systemId: z.string(),
  scheme: SchemeId,
  at: IsoTime,
  by: Person,
  reason: z.string(),
  contentVersion: z.string(),
  hash: z.string(),
  isCurrentContent: z.boolean().describe("The content has not changed since; otherwise assess again"),
  answers: AnswersShape,
  verdict: Verdict,
});
export const AssessmentList = z.object({ items: z.array(Assessment) });
export const AssessmentParams = z.object({ id: z.string().max(64), assessment: z.string().max(64) });
export const DossierQuery = z.object({
  format: z.enum(["json", "pdf", "docx"]).default("json"),
  language: z.enum(["vi", "en"]).default("vi"),
});
