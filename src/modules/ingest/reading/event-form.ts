/**
 * Which values of a JSON line become which fields of the event, worked out once for all lines with the same members of
 * the same kinds: the parser itself is given such a line with a mark for every value, and the marks tell where each
 * one went. What it does depending on a value, rather than on names and kinds, shows as a mark that is missing
 * or changed, or in a name: such lines are left to be parsed.
 */
import type { FieldValue } from "../../../kernel/index.ts";
import { parseJsonObject } from "../core/formats/json.ts";
import { MAX_FORM_KEY, MAX_SHAPES } from "../limits.ts";
import type { Member } from "./json-line.ts";

/** They are told by names and kinds alone. Of values they read the time, and for the log source channel and event id. */
const WINDOWS_FORMATS: ReadonlySet<string> = new Set(["windows-nxlog", "winlogbeat", "windows-json"]);
/** Of these the one that may leave the members as they are. */
const FLAT_FORMAT = "windows-nxlog";
/** Pairs of names of which the order matters to rules; more than that is no event that anybody writes. */
const MAX_CONTESTED = 4;

export interface EventForm {
  readonly names: readonly string[];
  /** For each name the node of its value; 0 when that is null. */
  readonly nodes: readonly number[];
  /**
   * Pairs of nodes with names that agree but for case and blanks. Which comes first decides which one a rule means, so
   * the form holds for lines that have them in the same order only.
   */
  readonly contested: readonly (readonly [number, number])[];
  /** Names the parser adds behind the members, when the fields are the members as they are and these. */
  readonly added: readonly string[] | undefined;
}

/** Marks for the members in the order of their line, and for the same turned round. */
const MARKS = [
  { text: "khien-one-", number: 1e15 },
  { text: "khien-other-", number: 2e15 },
] as const;
type Mark = (typeof MARKS)[number];

/**
 * Forms worked out before, by their members, with nodes as places among these: every reader numbers nodes for itself,
 * and forgets them when it has met too many shapes.
 */
const known = new Map<string, { readonly form: EventForm | undefined }>();
/** Place of the node that stands for null. */
const NOWHERE = -1;

/** The form of members that was worked out before; undefined when there is none. */
export function knownEventForm(members: readonly Member[]): { readonly form: EventForm | undefined } | undefined {
  const one = known.get(keyOf(members));
  return one && { form: one.form && moved(one.form, (place) => (place === NOWHERE ? 0 : nodeAt(members, place))) };
}

/** Undefined when lines with these members, here in the order of one line, are left to be parsed. */
export function eventFormOf(members: readonly Member[]): EventForm | undefined {
  const form = workOut(members);
  const key = keyOf(members);
  if (key.length <= MAX_FORM_KEY) {
    // Names come from outside: forget rather than grow without end.
    if (known.size >= MAX_SHAPES) known.clear();
    const places = new Map(members.map(({ node }, place) => [node, place]));
    known.set(key, { form: form && moved(form, (node) => places.get(node) ?? NOWHERE) });
  }
  return form;
}

function nodeAt(members: readonly Member[], place: number): number {
  return (members[place] as Member).node;
}

/** The same form with every node replaced. */
function moved(form: EventForm, move: (node: number) => number): EventForm {
  return {
    ...form,
    nodes: form.nodes.map(move),
    contested: form.contested.map(([one, other]): [number, number] => [move(one), move(other)]),
  };
}

/** Tells members of other names, kinds or parents apart. */
function keyOf(members: readonly Member[]): string {
  const places = new Map(members.map(({ node }, place) => [node, place]));
  return JSON.stringify(members.map(({ key, kind, parent }) => [key, kind, places.get(parent) ?? NOWHERE]));
}

function workOut(members: readonly Member[]): EventForm | undefined {
  if (members.some(({ key }) => key === "__proto__")) return undefined;
  const { nodes, format } = fieldNodes(members, MARKS[0]) ?? {};
  const turned = fieldNodes(members.toReversed(), MARKS[1])?.nodes;
  // Where the order of members decides who gets a name, a form would hold for one order only; where a value decides
  // how a name reads, for one value only.
  if (nodes === undefined || nodes.size !== turned?.size) return undefined;
  for (const [name, node] of nodes) if (turned.get(name) !== node) return undefined;
  const contested = contestedPairs([...nodes.keys()], [...nodes.values()]);
  const flat = members.every(({ parent }) => parent === 0);
  if (contested === undefined || (contested.length > 0 && !flat)) return undefined;
  const form = { names: [...nodes.keys()], nodes: [...nodes.values()], contested };
  const added = format === FLAT_FORMAT && isAsItStands(members, form) ? form.names.slice(members.length) : undefined;
  return { ...form, added };
}

/** Scalars and lists of them under their own names, in the order of the line: nothing is renamed or converted. */
function isAsItStands(members: readonly Member[], { names, nodes }: Pick<EventForm, "names" | "nodes">): boolean {
  return members.every(
    ({ key, node, kind }, index) =>
      names[index] === key && nodes[index] === (kind === "null" ? 0 : node) && (key !== "EventID" || kind === "number"),
  );
}

/** By the name of a field the node whose mark the parser put there; undefined when there is something else anywhere. */
function fieldNodes(
  members: readonly Member[],
  mark: Mark,
): { readonly format: string; readonly nodes: ReadonlyMap<string, number> } | undefined {
  const children = Map.groupBy(members, ({ parent }) => parent);
  const byMark = new Map<unknown, Member>();
  const objectOf = (node: number): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const member of children.get(node) ?? []) {
      const value = member.kind === "object" ? objectOf(member.node) : marked(member, mark);
      object[member.key] = value;
      byMark.set(Array.isArray(value) ? value[0] : value, member);
    }
    return object;
  };
  const { format, fields } = parseJsonObject(objectOf(0), { receivedAt: 0, utcOffsetMinutes: 0 });
  if (!WINDOWS_FORMATS.has(format)) return undefined;
  const nodes = new Map<string, number>();
  for (const name in fields) {
    const value = fields[name] as FieldValue;
    const member = byMark.get(Array.isArray(value) ? value[0] : value);
    if (member === undefined || !isMark(value, marked(member, mark))) return undefined;
    nodes.set(name, member.kind === "null" ? 0 : member.node);
  }
  return { format, nodes };
}

function marked({ node, kind }: Member, { text, number }: Mark): FieldValue {
  if (kind === "null") return null;
  // Nothing tells truth from numbers, and there are not enough truth values to tell apart.
  if (kind === "number" || kind === "truth") return number + node;
  // A list that came through a parser which drops what is there twice has another length.
  return kind === "list" ? [text + node, text, text + node] : text + node;
}

function isMark(value: FieldValue, mark: FieldValue): boolean {
  if (!Array.isArray(value) || !Array.isArray(mark)) return value === mark;
  return value.length === mark.length && value.every((part, at) => part === mark[at]);
}

/** Undefined when it cannot be told which one a rule means. */
function contestedPairs(
  names: readonly string[],
  nodes: readonly number[],
): readonly (readonly [number, number])[] | undefined {
  const pairs: (readonly [number, number])[] = [];
  const alike = Map.groupBy(names.keys(), (position) => (names[position] as string).replaceAll(" ", "").toLowerCase());
  for (const [name, positions] of alike) {
    if (/[^\x00-\x7f]/u.test(name)) return undefined;
    for (const [index, one] of positions.entries()) {
      for (const other of positions.slice(index + 1)) {
        if (nodes[one] === nodes[other]) continue;
        if (nodes[one] === 0 || nodes[other] === 0) return undefined;
        pairs.push([nodes[one] as number, nodes[other] as number]);
      }
    }
  }
  return pairs.length <= MAX_CONTESTED ? pairs : undefined;
}
