/** A case report as a paper: TLP and exercise stand on every page; times are UTC, which is said once. */
import type { Block, Paper } from "../../platform/documents/index.ts";
import type { CaseReport } from "./report.ts";

export type Language = "vi" | "en";
/** A text of the catalogue; the key itself when there is none. */
export type Say = (key: string) => string;

interface Desk {
  readonly report: CaseReport;
  readonly say: Say;
  /** A rule's title in the paper's language. */
  readonly titleOf: (rule: { readonly title: string; readonly titleVi: string | null }) => string;
}

export function reportPaper(report: CaseReport, language: Language, say: Say): Paper {
  const marking = `TLP:${report.tlp}`;
  const titleOf: Desk["titleOf"] = ({ title, titleVi }) => (language === "vi" ? (titleVi ?? title) : title);
  const desk: Desk = { report, say, titleOf };
  return {
    title: `${report.case.number} · ${report.case.title}`,
    subtitle: say("case.report"),
    language,
    marking,
    ...(report.exercise ? { exercise: say("case.exercise") } : {}),
    footer: `${report.case.number} · ${marking}`,
    createdAt: report.madeAt,
    blocks: [...aboutBlocks(desk), ...storyBlocks(desk), ...workBlocks(desk), ...evidenceBlocks(desk)],
  };
}

function aboutBlocks({ report, say }: Desk): Block[] {
  const { case: about } = report;
  const outcome = about.resolution === null ? [] : [say(`case.resolution.${about.resolution}`)];
  const origin =
    about.origin === null
      ? ""
      : joined(about.origin.reporter, say(`case.channel.${about.origin.channel}`), moment(about.origin.at));
  const rows: [string, string][] = [
    [say("case.severity"), say(`severity.${about.severity}`)],
    [say("case.stage"), joined(say(`case.stage.${about.stage}`), ...outcome)],
    [say("case.kind"), say(`case.kind.${about.kind}`)],
    [say("case.lead"), about.lead ?? say("case.lead.none")],
    [say("case.deputies"), about.deputies.join(", ")],
    [say("case.opened"), joined(moment(about.createdAt), about.createdBy)],
    [say("case.origin"), origin],
    [say("case.tags"), about.tags.join(", ")],
    [say("case.members"), about.namedPeople.join(", ")],
    [say("case.report.made"), joined(moment(report.madeAt), report.madeBy)],
  ];
  return [
    { kind: "facts", rows: rows.filter(([, value]) => value !== "") },
    { kind: "remark", text: say(report.restricted ? "case.report.restricted" : "case.report.zone") },
    ...section(say("case.summary"), about.summary),
    ...section(say("case.closing_summary"), about.closingSummary ?? ""),
    ...table(say("case.stages"), {
      columns: [say("case.report.at"), say("case.stage"), say("case.report.who"), say("case.reason")],
      rows: report.stages.map(({ stage, at, by, reason }) => [
        moment(at),
        say(`case.stage.${stage}`),
        by,
        reason ?? "",
      ]),
    }),
  ];
}

function storyBlocks({ report, say, titleOf }: Desk): Block[] {
  const field = (name: string) => say(`case.field.${name}`);
  return [
    ...table(say("case.list.fact"), {
      columns: [say("case.report.at"), field("fact.text"), field("fact.confidence"), field("fact.sourcekind")],
      shares: [2, 5, 2, 2],
      rows: report.timeline.map(({ time, text, confidence, source }) => [
        moment(time),
        text === "" ? joined(source.rule === null ? "" : titleOf(source.rule), source.host ?? "") : text,
        say(`case.confidence.${confidence}`),
        joined(say(`case.source.${source.kind}`), source.note),
      ]),
    }),
    ...table(say("case.list.alert"), {
      columns: [say("case.severity"), say("case.shared.rule"), say("case.shared.entity")],
      shares: [1, 3, 2],
      rows: report.alerts.map(({ rule, entity, level }) => [
        say(`severity.${level}`),
        titleOf(rule),
        `${entity.kind} ${entity.value}`,
      ]),
    }),
    ...table(say("case.list.asset"), {
      columns: [field("asset.value"), field("asset.role"), field("asset.note")],
      rows: report.assets.map(({ entity, role, note }) => [
        `${entity.kind} ${entity.value}`,
        say(`case.role.${role}`),
        note,
      ]),
    }),
    ...table(say("case.list.indicator"), {
      columns: [
        field("indicator.type"),
        field("indicator.value"),
        field("indicator.verdict"),
        field("indicator.source"),
      ],
      shares: [1, 3, 1, 2],
      rows: report.indicators.map(({ type, value, verdict, source }) => [
        say(`case.indicator.${type}`),
        value,
        say(`case.verdict.${verdict}`),
        source,
      ]),
    }),
  ];
}

function workBlocks({ report, say }: Desk): Block[] {
  const field = (name: string) => say(`case.field.${name}`);
  return [
    ...table(say("case.list.decision"), {
      columns: [
        say("case.report.at"),
        field("decision.what"),
        field("decision.by"),
        field("decision.reason"),
        field("decision.alternatives"),
      ],
      shares: [2, 3, 2, 3, 2],
      rows: report.decisions.map(({ time, what, by, reason, alternatives, facts }) => [
        moment(time),
        what,
        by,
        [reason, ...facts.map((fact) => `– ${fact}`)].join("\n"),
        alternatives,
      ]),
    }),
    ...table(say("case.list.message"), {
      columns: [
        say("case.report.at"),
        field("message.direction"),
        field("message.counterpart"),
        field("message.summary"),
      ],
      shares: [2, 2, 2, 4],
      rows: report.messages.map(({ time, direction, channel, counterpart, summary }) => [
        moment(time),
        joined(say(`case.direction.${direction}`), say(`case.channel.${channel}`)),
        counterpart,
        summary,
      ]),
    }),
    ...table(say("case.list.task"), {
      columns: [field("task.title"), field("task.owner"), field("task.due"), field("task.state")],
      shares: [4, 2, 2, 1],
      rows: report.tasks.map(({ title, owner, due, state }) => [
        title,
        owner?.name ?? say("case.nobody"),
        due === null ? "" : moment(due),
        say(`case.task_state.${state}`),
      ]),
    }),
    ...report.notes.flatMap(({ title, markdown }) => section(title, markdown)),
  ];
}

function evidenceBlocks({ report, say }: Desk): Block[] {
  return [
    ...table(say("case.list.evidence"), {
      columns: [say("case.changed.name"), say("case.report.media"), "SHA-256"],
      shares: [3, 2, 4],
      rows: report.evidence.map(({ name, media, nameClaimsOtherwise, sha256, case: from }) => [
        joined(name, from === report.case.number ? "" : from),
        joined(media, nameClaimsOtherwise ? say("case.evidence.mismatch") : ""),
        sha256,
      ]),
    }),
    ...table(say("case.custody"), {
      columns: [say("case.report.at"), say("case.report.who"), say("case.report.did")],
      rows: report.custody.map(({ at, by, act, case: from }) => [
        moment(at),
        by,
        joined(say(`case.custody.${act}`), from === report.case.number ? "" : from),
      ]),
    }),
  ];
}

function section(title: string, text: string): Block[] {
  return text === ""
    ? []
    : [
        { kind: "heading", level: 1, text: title },
        { kind: "paragraph", text },
      ];
}

/** Nothing where there is nothing: an empty table is a question the reader cannot answer. */
function table(
  title: string,
  content: {
    readonly columns: readonly string[];
    readonly shares?: readonly number[];
    readonly rows: readonly (readonly string[])[];
  },
): Block[] {
  const { columns, shares = [], rows } = content;
  if (rows.length === 0) return [];
  return [
    { kind: "heading", level: 1, text: title },
    { kind: "table", columns: columns.map((each, at) => ({ title: each, share: shares[at] ?? 1 })), rows },
  ];
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}

function moment(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}
