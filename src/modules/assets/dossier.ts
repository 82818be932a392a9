/** An assessment as a paper for people who decide: the system, what was answered, which article decided and why. */
import { toIso } from "../../kernel/index.ts";
import type { Block, Paper } from "../../platform/documents/index.ts";
import type { DossierSource } from "./assessing.ts";
import type { Answer } from "./core/scheme.ts";
import type { SchemeContent } from "./classification/schemas.ts";

export type DossierLanguage = "vi" | "en";
/** Labels from the catalogue, keys under `assets.dossier`; `{name}` is filled in. */
export type Say = (key: string, params?: Readonly<Record<string, string | number>>) => string;

type Words = { readonly vi: string; readonly en: string };

interface Drawing extends DossierSource {
  readonly language: DossierLanguage;
  readonly say: Say;
}

export function dossierPaper(drawing: Drawing): Paper {
  const { system, assessment, content, language, say } = drawing;
  return {
    title: say("assets.dossier.title", { name: system.name }),
    subtitle: content.title[language],
    language,
    footer: say("assets.dossier.footer", { version: assessment.contentVersion, hash: assessment.hash.slice(0, 16) }),
    createdAt: toIso(assessment.at),
    blocks: [
      ...resultBlocks(drawing),
      ...systemBlocks(drawing),
      ...answerBlocks(drawing),
      ...criteriaBlocks(drawing),
      ...noteBlocks(drawing),
      ...signatureBlocks(drawing),
    ],
  };
}

function resultBlocks({ assessment, content, language, say }: Drawing): Block[] {
  const { verdict } = assessment;
  const outcome = content.outcomes.find(({ id }) => id === verdict.outcome);
  const result = outcome === undefined ? say("assets.dossier.undecided") : outcome.title[language];
  return [
    { kind: "heading", level: 1, text: say("assets.dossier.result") },
    {
      kind: "facts",
      rows: [
        [say("assets.dossier.outcome"), result],
        ...(outcome === undefined
          ? []
          : [[say("assets.dossier.meaning"), `${outcome.text[language]} (${outcome.article})`] as const]),
        [say("assets.dossier.basis"), content.instrument[language]],
        [say("assets.dossier.certainty"), say(verdict.isCertain ? "assets.dossier.certain" : "assets.dossier.open")],
        [say("assets.dossier.at"), toIso(assessment.at)],
        [say("assets.dossier.by"), assessment.by.name],
        ...(assessment.reason === "" ? [] : [[say("assets.dossier.reason"), assessment.reason] as const]),
      ],
    },
    { kind: "remark", text: content.disclaimer[language] },
  ];
}

function systemBlocks({ system, say }: Drawing): Block[] {
  const lines: readonly (readonly [string, string | null])[] = [
    ["name", system.name],
    ["code", system.code],
    ["owner", system.owner],
    ["operator", system.operator],
    ["zone", system.zone],
    ["sector", system.sector],
    ["purpose", system.purpose],
    ["notes", system.notes],
  ];
  const rows = lines.flatMap(([key, value]) => (value === null ? [] : [[say(`assets.field.${key}`), value] as const]));
  const criticality = [say("assets.field.criticality"), say(`assets.criticality.${system.criticality}`)] as const;
  const count = [say("assets.field.identifiers"), String(system.identifiers.length)] as const;
  const services = system.services.map(({ name, note }) => (note === null ? name : `${name}: ${note}`));
  return [
    { kind: "heading", level: 1, text: say("assets.dossier.system") },
    { kind: "facts", rows: [...rows, criticality, count] },
    ...(services.length === 0
      ? []
      : [
          { kind: "heading", level: 2, text: say("assets.field.services") } as const,
          { kind: "list", items: services } as const,
        ]),
  ];
}

function answerBlocks({ assessment, content, language, say }: Drawing): Block[] {
  const { answers, verdict } = assessment;
  const sections = content.sections.flatMap(({ id, title }): Block[] => {
    const questions = content.questions.filter((each) => each.section === id && verdict.asked.includes(each.id));
    if (questions.length === 0) return [];
    return [
      { kind: "heading", level: 2, text: title[language] },
      {
        kind: "table",
        columns: [
          { title: say("assets.dossier.question"), share: 3 },
          { title: say("assets.dossier.answer"), share: 2 },
          { title: say("assets.dossier.article") },
        ],
        rows: questions.map((question) => [
          question.text[language],
          answerText(question, answers[question.id], { language, say }),
          question.article,
        ]),
      },
    ];
  });
  return [{ kind: "heading", level: 1, text: say("assets.dossier.answers") }, ...sections];
}

type Question = SchemeContent["questions"][number];

function answerText(
  question: Question,
  answer: Answer | undefined,
  { language, say }: Pick<Drawing, "language" | "say">,
): string {
  if (answer === undefined) return say("assets.dossier.unanswered");
  if (typeof answer === "number") {
    const number = new Intl.NumberFormat(language).format(answer);
    return question.unit === undefined ? number : `${number} ${question.unit[language]}`;
  }
  const chosen = typeof answer === "string" ? [answer] : answer;
  const words = question.options.filter(({ id }) => chosen.includes(id)).map(({ text }) => text[language]);
  return words.join("; ");
}

/** What decided, what could still raise it, and the other criteria that are met. */
function criteriaBlocks({ assessment, content, language, say }: Drawing): Block[] {
  const { verdict } = assessment;
  const isMet = new Set(verdict.criteria.filter(({ state }) => state === "met").map(({ id }) => id));
  const shown = content.criteria.filter(({ id }) => isMet.has(id) || verdict.couldRaise.includes(id));
  const state = (id: string): string => {
    if (verdict.decidedBy.includes(id)) return say("assets.dossier.decides");
    return say(isMet.has(id) ? "assets.dossier.met" : "assets.dossier.could_raise");
  };
  const short = new Map(content.outcomes.map((each): [string, Words] => [each.id, each.short]));
  return [
    { kind: "heading", level: 1, text: say("assets.dossier.criteria") },
    {
      kind: "table",
      columns: [
        { title: say("assets.dossier.criterion"), share: 4 },
        { title: say("assets.dossier.outcome") },
        { title: say("assets.dossier.state"), share: 2 },
        { title: say("assets.dossier.article"), share: 2 },
        { title: say("assets.dossier.checked"), share: 2 },
      ],
      rows: shown.map(({ id, text, outcome, article, verification }) => [
        text[language],
        short.get(outcome)?.[language] ?? outcome,
        state(id),
        article,
        say(`assets.verification.${verification}`),
      ]),
    },
  ];
}

function noteBlocks({ assessment, content, language, say }: Drawing): Block[] {
  return (["duty", "doubt"] as const).flatMap((kind): Block[] => {
    const notes = content.notes.filter((note) => note.kind === kind && assessment.verdict.notes.includes(note.id));
    if (notes.length === 0) return [];
    return [
      { kind: "heading", level: 1, text: say(`assets.dossier.${kind}`) },
      {
        kind: "list",
        items: notes.map(
          ({ text, article, verification }) =>
            `${text[language]} (${article}; ${say(`assets.verification.${verification}`)})`,
        ),
      },
    ];
  });
}

function signatureBlocks({ say }: Drawing): Block[] {
  const blank = "…………………………………";
  return [
    { kind: "heading", level: 1, text: say("assets.dossier.signatures") },
    {
      kind: "table",
      columns: ["proposed", "appraised", "approved"].map((who) => ({ title: say(`assets.dossier.${who}`) })),
      rows: [[blank, blank, blank]],
    },
  ];
}
