/**
 * A Windows event in NXLog's flat JSON, read from the bytes of its line without parsing the rest: for whoever needs a
 * few of its fields to know that nothing more is needed. Gives the log source, names and values that parseRecord gives
 * (formats/windows-nxlog.ts); a line of which that is not certain is not taken.
 */
import type { FieldValue, LogSource } from "../../../kernel/index.ts";
import { NXLOG_SYSTEM_NAMES } from "../core/formats/windows-nxlog.ts";
import { eventNumber, windowsEventSource } from "../core/formats/windows.ts";
import { FlatJson, type Shape } from "./flat-json.ts";

/** What follows from the keys of a line. */
interface Form {
  /** The line's keys and behind them the names that System members get in addition. */
  readonly names: readonly string[];
  /** For each of the added names the position of its value. */
  readonly sources: readonly number[];
  /** Where null would decide which value a System member takes. */
  readonly decisive: readonly number[];
  readonly channel: number;
  readonly eventId: number;
}

export class NxlogLine {
  readonly #json = new FlatJson();
  readonly #forms = new WeakMap<Shape, Form | "other">();
  #form: Form | undefined;
  #eventId: FieldValue = null;
  #channel = "";
  #channelWritten: Uint8Array = new Uint8Array();
  #logsource: LogSource = {};

  /** Takes the bytes `read` counts in; false when they are too many. */
  load(bytes: Uint8Array): boolean {
    return this.#json.load(bytes);
  }

  /** From the first byte of a line to its line feed. False: parse it. */
  read(start: number, end: number): boolean {
    const shape = this.#json.read(start, end);
    if (shape === undefined) return false;
    let form = this.#forms.get(shape);
    if (form === undefined) {
      form = formOf(shape.names) ?? "other";
      this.#forms.set(shape, form);
    }
    if (form === "other" || !this.#json.isText(form.channel)) return false;
    for (const position of form.decisive) if (this.#json.isNull(position)) return false;
    this.#form = form;
    this.#eventId = eventNumber(this.#json.valueAt(form.eventId)) ?? null;
    // Nearly all lines come from the channel of the line before.
    if (!this.#json.isWritten(form.channel, this.#channelWritten)) {
      this.#channelWritten = this.#json.writtenAt(form.channel);
      this.#channel = String(this.#json.valueAt(form.channel));
    }
    this.#logsource = windowsEventSource(this.#channel, this.#eventId);
    return true;
  }

  get names(): readonly string[] {
    return this.#form?.names ?? [];
  }

  get logsource(): LogSource {
    return this.#logsource;
  }

  valueAt(position: number): FieldValue {
    const form = this.#form as Form;
    const own = form.names.length - form.sources.length;
    const source = position < own ? position : (form.sources[position - own] as number);
    if (source === form.eventId) return this.#eventId;
    return source === form.channel ? this.#channel : this.#json.valueAt(source);
  }

  named(name: string): FieldValue | undefined {
    if (name === "Channel") return this.#channel;
    if (name === "EventID") return this.#eventId;
    const position = this.names.indexOf(name);
    return position === -1 ? undefined : this.valueAt(position);
  }

  get raw(): string {
    return this.#json.text;
  }

  /** UTF-8 in which the ASCII parts of all values stand as they are, apart from what JSON must escape; if there is such. */
  get verbatim(): Uint8Array | undefined {
    return this.#json.isVerbatim ? this.#json.bytes : undefined;
  }
}

/** Undefined when lines with these keys are no NXLog events, or need their names rewritten. */
function formOf(keys: readonly string[]): Form | undefined {
  const channel = keys.indexOf("Channel");
  const eventId = keys.indexOf("EventID");
  if (channel === -1 || eventId === -1 || keys.includes("System")) return undefined;
  if (keys.some((key) => key.includes(" "))) return undefined;
  const names = [...keys];
  const sources: number[] = [];
  const decisive: number[] = [];
  for (const [name, candidates] of NXLOG_SYSTEM_NAMES) {
    const present = [name, ...candidates].map((key) => keys.indexOf(key)).filter((position) => position !== -1);
    decisive.push(...present);
    const source = candidates.map((key) => keys.indexOf(key)).find((position) => position !== -1);
    if (source === undefined || keys.includes(name)) continue;
    names.push(name);
    sources.push(source);
  }
  return { names, sources, decisive, channel, eventId };
}
