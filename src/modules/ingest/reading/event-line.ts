/**
 * A Windows event read from the bytes of its line without parsing the rest: for whoever needs a few of its fields to
 * know that nothing more is needed. Gives the log source, names and values that parseRecord gives, whatever of its
 * forms of JSON the line has (event-form.ts); a line of which that is not certain is not taken.
 */
import type { FieldValue, LogSource, TextEdit } from "../../../kernel/index.ts";
import { eventNumber, windowsEventSource } from "../core/formats/windows.ts";
import { UNKNOWN_SOURCE } from "../core/logsources.ts";
import { eventFormOf, knownEventForm } from "./event-form.ts";
import { LINES_PER_FORM, LINES_PER_KNOWN_FORM, MAX_FORM_CREDIT, MAX_LOGSOURCES } from "../limits.ts";
import { JsonLine, type LinePlace, type Shape } from "./json-line.ts";

/** What lines of one shape have in common. */
export interface LineForm {
  readonly names: readonly string[];
  /** See EventForm. */
  readonly added: readonly string[] | undefined;
}

interface Form extends LineForm {
  readonly nodes: readonly number[];
  readonly eventId: number;
  readonly channel: number;
}

/** All forms of one shape. */
interface Forms {
  readonly shape: Shape;
  readonly contested: readonly (readonly [number, number])[];
  /** By the order of the contested names. */
  readonly byOrder: (Form | undefined)[];
}

const NO_FORM: Form = { names: [], added: undefined, nodes: [], eventId: -1, channel: -1 };

export class EventLine {
  readonly #json = new JsonLine();
  /** By number of the shape. */
  readonly #forms: Forms[] = [];
  /** Lines that pay for working out a form. */
  #credit = MAX_FORM_CREDIT;
  #form: Form = NO_FORM;
  #eventId: FieldValue | undefined;
  #channel: FieldValue | undefined;
  #logsource: LogSource = UNKNOWN_SOURCE;
  /** The log sources of the channel of the last line. */
  #sources = new Map<FieldValue | undefined, LogSource>();
  #sourcesChannel: FieldValue | undefined;

  /** Takes the bytes `read` counts in; false when they are too many. */
  load(bytes: Uint8Array): boolean {
    return this.#json.load(bytes);
  }

  /** Takes one line that has no line feed, for `read(0)`; false when it is too long. */
  loadLine(bytes: Uint8Array): boolean {
    return this.#json.loadLine(bytes);
  }

  /** Reads the line that starts at `start` and answers where its line feed is. -1: parse it. */
  read(start: number): number {
    if (this.#credit < MAX_FORM_CREDIT) this.#credit += 1;
    const shape = this.#json.read(start);
    if (shape === undefined) return -1;
    const form = this.#formOf(shape);
    if (form === undefined) return -1;
    this.#form = form;
    const { eventId, channel } = form;
    this.#eventId = eventId === -1 ? undefined : eventNumber(this.#valueOf(form.nodes[eventId] as number));
    this.#channel = channel === -1 ? undefined : this.#valueOf(form.nodes[channel] as number);
    this.#logsource = this.#source(this.#channel, this.#eventId);
    return this.#json.end;
  }

  get names(): readonly string[] {
    return this.#form.names;
  }

  /** The same for all lines of the form, until shapes are forgotten. */
  get form(): LineForm {
    return this.#form;
  }

  /** See JsonLine; of forms with `added` only. */
  edits(): TextEdit[] | undefined {
    return this.#json.edits();
  }

  /** ASCII without escapes by number: the same to every reader. */
  get isPlain(): boolean {
    return this.#json.isPlain;
  }

  /** A value as it stands in the line. */
  jsonAt(position: number): string {
    const node = this.#form.nodes[position] as number;
    return node === 0 ? "null" : this.#json.jsonAt(node);
  }

  get logsource(): LogSource {
    return this.#logsource;
  }

  valueAt(position: number): FieldValue {
    if (position === this.#form.eventId) return this.#eventId ?? null;
    if (position === this.#form.channel) return this.#channel ?? null;
    return this.#valueOf(this.#form.nodes[position] as number);
  }

  /** See JsonLine. */
  tokenAt(position: number): number {
    const node = this.#form.nodes[position] as number;
    // An event id that is written as text is a number all the same.
    return node === 0 || position === this.#form.eventId ? -1 : this.#json.tokenAt(node);
  }

  /** See JsonLine. */
  get generation(): number {
    return this.#json.generation;
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
  get verbatim(): LinePlace | undefined {
    return this.#json.isVerbatim ? this.#json.place : undefined;
  }

  #valueOf(node: number): FieldValue {
    return node === 0 ? null : this.#json.valueAt(node);
  }

  #formOf(shape: Shape): Form | undefined {
    const forms = this.#forms[shape.number];
    if (forms?.shape !== shape) return this.#learn(shape);
    const order = forms.contested.length === 0 ? 0 : this.#orderOf(forms.contested);
    return order in forms.byOrder ? forms.byOrder[order] : this.#learn(shape, forms);
  }

  #orderOf(contested: Forms["contested"]): number {
    return contested.reduce((order, [one, other]) => order * 2 + Number(this.#json.isBefore(one, other)), 0);
  }

  /** Costs as much as parsing some lines: no stream of ever new shapes shall be slower for it. */
  #learn(shape: Shape, known?: Forms): Form | undefined {
    if (this.#credit < LINES_PER_FORM) return undefined;
    const members = this.#json.members();
    const before = knownEventForm(members);
    this.#credit -= before === undefined ? LINES_PER_FORM : LINES_PER_KNOWN_FORM;
    const learnt = before === undefined ? eventFormOf(members) : before.form;
    const forms = known ?? { shape, contested: learnt?.contested ?? [], byOrder: [] };
    const form: Form | undefined = learnt && {
      names: learnt.names,
      added: learnt.added,
      nodes: learnt.nodes,
      eventId: learnt.names.indexOf("EventID"),
      channel: learnt.names.indexOf("Channel"),
    };
    forms.byOrder[this.#orderOf(forms.contested)] = form;
    this.#forms[shape.number] = forms;
    return form;
  }

  /** Nearly all lines come from the channel of the line before. */
  #source(channel: FieldValue | undefined, eventId: FieldValue | undefined): LogSource {
    if (typeof channel !== "string" || typeof eventId !== "number") return windowsEventSource(channel, eventId);
    if (channel !== this.#sourcesChannel) {
      this.#sourcesChannel = channel;
      this.#sources = new Map();
    }
    const known = this.#sources.get(eventId);
    if (known !== undefined) return known;
    const source = windowsEventSource(channel, eventId);
    if (this.#sources.size < MAX_LOGSOURCES) this.#sources.set(eventId, source);
    return source;
  }
}
