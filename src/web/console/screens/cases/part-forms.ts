/** The forms of what a case is made of: one list of fields for each kind, and content read from them and into them. */
import type { PartContent, PartKind } from "../../api/case-types.ts";

export type FormKind = Exclude<PartKind, "comment">;
export type FormValues = Readonly<Record<string, string>>;

export interface FormField {
  readonly name: string;
  /** `facts`: ids of facts the case has, one value joined by commas. */
  readonly as: "line" | "text" | "time" | "choice" | "person" | "markdown" | "facts";
  readonly required?: boolean;
  /** Of a choice; texts are `case.<words>.<option>`. */
  readonly options?: readonly string[];
  readonly words?: string;
}

const CHANNELS = ["phone", "email", "in_person", "letter", "chat", "other"] as const;
const channel: FormField = { name: "channel", as: "choice", options: CHANNELS, words: "channel" };

export const FORMS: Readonly<Record<FormKind, readonly FormField[]>> = {
  fact: [
    { name: "time", as: "time", required: true },
    { name: "text", as: "text", required: true },
    {
      name: "factKind",
      as: "choice",
      options: ["attacker", "observed", "detection", "response", "communication"],
      words: "fact_kind",
    },
    {
      name: "confidence",
      as: "choice",
      options: ["confirmed", "likely", "possible", "unconfirmed"],
      words: "confidence",
    },
    { name: "sourceKind", as: "choice", options: ["person", "event", "alert", "document", "other"], words: "source" },
    { name: "sourceNote", as: "line" },
  ],
  task: [
    { name: "title", as: "line", required: true },
    { name: "owner", as: "person" },
    { name: "due", as: "time" },
    { name: "state", as: "choice", options: ["open", "doing", "done", "dropped"], words: "task_state" },
    { name: "note", as: "text" },
  ],
  asset: [
    {
      name: "entityKind",
      as: "choice",
      options: ["host", "user", "ip", "domain", "service", "other"],
      words: "entity",
    },
    { name: "value", as: "line", required: true },
    { name: "role", as: "choice", options: ["victim", "pivot", "target", "source", "other"], words: "role" },
    { name: "note", as: "text" },
  ],
  indicator: [
    {
      name: "type",
      as: "choice",
      options: ["ip", "domain", "url", "hash", "email", "file", "other"],
      words: "indicator",
    },
    { name: "value", as: "line", required: true },
    { name: "verdict", as: "choice", options: ["unknown", "suspicious", "malicious", "benign"], words: "verdict" },
    { name: "source", as: "line" },
    { name: "note", as: "text" },
  ],
  note: [
    { name: "title", as: "line", required: true },
    { name: "markdown", as: "markdown", required: true },
  ],
  message: [
    { name: "time", as: "time", required: true },
    { name: "direction", as: "choice", options: ["in", "out"], words: "direction" },
    channel,
    { name: "counterpart", as: "line", required: true },
    { name: "summary", as: "text", required: true },
  ],
  decision: [
    { name: "time", as: "time", required: true },
    { name: "what", as: "text", required: true },
    { name: "by", as: "line", required: true },
    { name: "reason", as: "text", required: true },
    { name: "facts", as: "facts" },
    { name: "alternatives", as: "text" },
  ],
};

/** What a new one starts with. */
export function emptyValues(kind: FormKind, me: string): FormValues {
  const now = localTime(new Date().toISOString());
  const choices = Object.fromEntries(FORMS[kind].map((field) => [field.name, field.options?.[0] ?? ""]));
  return {
    ...choices,
    ...("due" in choices ? { due: "" } : {}),
    ...("time" in choices ? { time: now } : {}),
    ...("by" in choices ? { by: me } : {}),
  };
}

export function valuesOf(content: PartContent): FormValues {
  switch (content.kind) {
    case "fact":
      return {
        time: localTime(content.time),
        text: content.text,
        factKind: content.factKind,
        confidence: content.confidence,
        sourceKind: content.source.kind,
        sourceNote: content.source.note,
      };
    case "task":
      return {
        title: content.title,
        owner: content.owner?.id ?? "",
        due: content.due === null ? "" : localTime(content.due),
        state: content.state,
        note: content.note,
      };
    case "asset":
      return { entityKind: content.entity.kind, value: content.entity.value, role: content.role, note: content.note };
    case "indicator":
      return {
        type: content.type,
        value: content.value,
        verdict: content.verdict,
        source: content.source,
        note: content.note,
      };
    case "note":
      return { title: content.title, markdown: content.markdown };
    case "message":
      return {
        time: localTime(content.time),
        direction: content.direction,
        channel: content.channel,
        counterpart: content.counterpart,
        summary: content.summary,
      };
    case "decision":
      return {
        time: localTime(content.time),
        what: content.what,
        by: content.by,
        reason: content.reason,
        alternatives: content.alternatives,
        facts: content.facts.join(","),
      };
    case "comment":
      return { text: content.text };
  }
}

/** `base` keeps what the form does not show: where a fact comes from, a task's place. */
export function contentOf(kind: FormKind, values: FormValues, base: PartContent | undefined): PartContent {
  const get = (name: string) => (values[name] ?? "").trim();
  const pick = <Option extends string>(name: string) => get(name) as Option;
  switch (kind) {
    case "fact": {
      const from = base?.kind === "fact" ? base.source : { alertId: null, eventId: null, rule: null, host: null };
      return {
        kind,
        time: isoTime(get("time")),
        text: get("text"),
        factKind: pick("factKind"),
        confidence: pick("confidence"),
        source: { ...from, kind: pick("sourceKind"), note: get("sourceNote") },
      };
    }
    case "task":
      return {
        kind,
        title: get("title"),
        note: get("note"),
        owner: get("owner") === "" ? null : { id: get("owner"), name: "" },
        due: get("due") === "" ? null : isoTime(get("due")),
        state: pick("state"),
        order: base?.kind === "task" ? base.order : 1_000,
      };
    case "asset":
      return { kind, entity: { kind: get("entityKind"), value: get("value") }, role: pick("role"), note: get("note") };
    case "indicator":
      return {
        kind,
        type: pick("type"),
        value: get("value"),
        verdict: pick("verdict"),
        source: get("source"),
        note: get("note"),
      };
    case "note":
      return { kind, title: get("title"), markdown: values["markdown"] ?? "" };
    case "message":
      return {
        kind,
        time: isoTime(get("time")),
        direction: pick("direction"),
        channel: pick("channel"),
        counterpart: get("counterpart"),
        summary: get("summary"),
      };
    case "decision":
      return {
        kind,
        time: isoTime(get("time")),
        what: get("what"),
        by: get("by"),
        reason: get("reason"),
        alternatives: get("alternatives"),
        facts: get("facts") === "" ? [] : get("facts").split(","),
      };
  }
}

export function isComplete(kind: FormKind, values: FormValues): boolean {
  return FORMS[kind].every(({ name, required }) => required !== true || (values[name] ?? "").trim() !== "");
}

/** As `datetime-local` fields write it, in the reader's own zone. */
export function localTime(iso: string): string {
  const moment = new Date(iso);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function isoTime(local: string): string {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? new Date(0).toISOString() : moment.toISOString();
}
