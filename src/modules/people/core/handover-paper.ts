import type { Instant } from "../../../kernel/index.ts";
import type { AlertLine, HandoverContent } from "./handover.ts";
import { checkCode } from "./check-code.ts";

export type Language = "vi" | "en";
/** A text of the catalogue with `{name}` filled in. */
export type Say = (key: string, params?: Readonly<Record<string, string | number>>) => string;

export interface PaperNote {
  readonly seq: number;
  readonly id: string;
  readonly at: Instant;
  readonly by: { readonly name: string };
  readonly seal: string;
  /** Seal of the note before; empty for the first. */
  readonly previous: string;
  readonly content: HandoverContent;
  readonly receipt: {
    readonly at: Instant;
    readonly by: { readonly name: string };
    readonly remark: string;
    readonly seal: string;
  } | null;
}

type Row = readonly [name: string, value: string];
type PaperBlock =
  | { readonly kind: "heading"; readonly level: 1; readonly text: string }
  | { readonly kind: "paragraph" | "remark" | "verbatim"; readonly text: string }
  | { readonly kind: "facts"; readonly rows: readonly Row[] }
  | {
      readonly kind: "table";
      readonly columns: readonly { readonly title: string; readonly share?: number; readonly align?: "right" }[];
      readonly rows: readonly (readonly string[])[];
    };

export interface HandoverPaper {
  readonly title: string;
  readonly subtitle: string;
  readonly language: Language;
  readonly footer: string;
  readonly createdAt: string;
  readonly blocks: readonly PaperBlock[];
}

const LEVELS = ["critical", "high", "medium", "low", "informational"] as const;

/** The note as it was signed: nothing is looked up anew, so the paper says what the seals cover. */
export function handoverPaper(note: PaperNote, language: Language, say: Say): HandoverPaper {
  const code = checkCode(note.receipt?.seal ?? note.seal);
  const { shift, text } = note.content;
  const title = say("handover.title", { n: note.seq });
  return {
    title,
    subtitle:
      shift === null
        ? moment(note.at)
        : `${shift.rota} · ${shift.name} · ${moment(shift.begins)} – ${moment(shift.ends)}`,
    language,
    footer: `${title} · ${code}`,
    createdAt: new Date(note.receipt?.at ?? note.at).toISOString(),
    blocks: [
      { kind: "remark", text: say("handover.paper.utc") },
      heading(say("handover.text")),
      ...(text === "" ? [paragraph(say("handover.no_text"))] : text.split(/\n{2,}/u).map(paragraph)),
      ...queueBlocks(note, language, say),
      ...otherBlocks(note, say),
      ...signatureBlocks(note, code, say),
    ],
  };
}

function queueBlocks({ content }: PaperNote, language: Language, say: Say): PaperBlock[] {
  const { figures } = content;
  const lines = (title: string, alerts: readonly AlertLine[]): PaperBlock[] => [
    heading(title),
    alerts.length === 0
      ? paragraph(say("handover.nothing"))
      : {
          kind: "table",
          columns: [
            { title: say("alert.level"), share: 2 },
            { title: say("handover.paper.alert"), share: 5 },
            { title: say("handover.paper.entity"), share: 3 },
            { title: say("handover.paper.since"), share: 2 },
          ],
          rows: alerts.map((alert) => [
            say(`severity.${alert.level}`),
            alert.title[language],
            alert.entity,
            moment(alert.createdAt),
          ]),
        },
  ];
  return [
    heading(say("handover.queue")),
    {
      kind: "table",
      columns: [
        { title: say("alert.level"), share: 2 },
        { title: say("handover.open"), align: "right" },
        { title: say("handover.taken"), align: "right" },
      ],
      rows: LEVELS.map((level) => [
        say(`severity.${level}`),
        String(figures.openByLevel[level]),
        String(figures.takenByLevel[level]),
      ]),
    },
    ...lines(say("handover.oldest"), figures.oldestOpen),
    ...lines(say("handover.mine"), figures.takenByLeaving),
  ];
}

/** What the installation does not know is said to be unknown, not zero. */
function otherBlocks({ content }: PaperNote, say: Say): PaperBlock[] {
  const { figures } = content;
  const { overdue, cases, clocks, silentSensors, exercise } = figures;
  const listed = (all: readonly string[]) => (all.length === 0 ? say("handover.nothing") : all.join("; "));
  const sensors = silentSensors.map(({ name, since }) => (since === null ? name : `${name} (${moment(since)})`));
  const rows: Row[] = [
    [say("handover.figures_at"), moment(figures.at)],
    overdue === null
      ? [say("handover.paper.overdue_any"), say("handover.overdue.none")]
      : [say("handover.paper.overdue", { minutes: overdue.afterMinutes }), String(overdue.n)],
    [say("handover.cases"), cases === null ? say("handover.unknown") : String(cases.open)],
    [
      say("handover.clocks"),
      clocks === null ? say("handover.unknown") : listed(clocks.map(({ title, due }) => `${title} (${moment(due)})`)),
    ],
    [say("handover.silent"), listed(sensors)],
    [say("exercise.mark"), exercise === null ? say("handover.nothing") : exercise.name],
  ];
  return [heading(say("handover.others")), { kind: "facts", rows }];
}

function signatureBlocks({ id, at, by, seal, previous, receipt }: PaperNote, code: string, say: Say): PaperBlock[] {
  const received: Row[] =
    receipt === null
      ? [[say("handover.arriving"), say("handover.not_received")]]
      : [
          [say("handover.arriving"), `${receipt.by.name} · ${moment(receipt.at)}`],
          ...(receipt.remark === "" ? [] : [[say("handover.paper.remark"), receipt.remark] as const]),
          [say("handover.paper.receipt_seal"), receipt.seal],
        ];
  return [
    heading(say("handover.signatures")),
    {
      kind: "facts",
      rows: [
        [say("handover.leaving"), `${by.name} · ${moment(at)}`],
        [say("handover.paper.id"), id],
        [say("handover.paper.seal"), seal],
        [say("handover.paper.previous"), previous === "" ? say("handover.paper.first") : previous],
        ...received,
      ],
    },
    heading(say("handover.paper.check")),
    { kind: "verbatim", text: code },
    paragraph(say("handover.paper.check.how")),
  ];
}

function heading(text: string): PaperBlock {
  return { kind: "heading", level: 1, text };
}

function paragraph(text: string): PaperBlock {
  return { kind: "paragraph", text };
}

function moment(at: Instant): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
