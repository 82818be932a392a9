/**
 * Windows events as nested JSON, `{"Event":{"System":…,"EventData":…}}`, in the dialects of the common EVTX and XML
 * converters: attributes under `#attributes`, `@Name`, `Name` or beside as `Name_attributes`; text under `#text`,
 * `Value`, `$`; EventData as an object or as `{"Data":[{"Name":…,"#text":…}]}`; UserData with one inner element.
 */
import type { FieldScalar, FieldValue } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { MAX_FIELDS } from "../limits.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { addValue, isObject, newFields, TRUNCATED } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { eventNumber, windowsEvent, withoutBlanks } from "./windows.ts";

/** The format of events that came as markup. */
export const WINDOWS_XML = "windows-xml";

const TEXT_KEYS = ["#text", "Value", "value", "$", "_", "#cdata-section"] as const;
const TEXT_KEY_SET: ReadonlySet<string> = new Set(TEXT_KEYS);

function isScalar(value: unknown): value is FieldScalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The text of an element: itself, or the member its converter keeps text under. */
function textOf(element: unknown): FieldValue | undefined {
  if (isScalar(element)) return element;
  if (Array.isArray(element)) return element.filter(isScalar);
  if (!isObject(element)) return undefined;
  for (const key of TEXT_KEYS) {
    const value = element[key];
    if (isScalar(value)) return value;
    if (Array.isArray(value)) return value.filter(isScalar);
  }
  return undefined;
}

function attributeOf(element: unknown, name: string): unknown {
  if (!isObject(element)) return undefined;
  const attributes = element["#attributes"] ?? element["@attributes"] ?? element["$attributes"];
  if (isObject(attributes)) return attributes[name];
  return element[`@${name}`] ?? element[`-${name}`] ?? element[name];
}

function bare(name: string): string {
  return name.startsWith("@") || name.startsWith("-") ? name.slice(1) : name;
}

function addAttributes(fields: OpenFields, element: string, attributes: JsonObject): void {
  for (const key in attributes) {
    const value = attributes[key];
    if (isScalar(value)) fields[`${element}_${bare(key)}`] = value;
  }
}

function liftSystem(fields: OpenFields, system: JsonObject): void {
  for (const name in system) {
    const member = system[name];
    if (isScalar(member)) {
      if (member !== null) fields[name] = member;
      continue;
    }
    if (!isObject(member)) continue;
    const text = textOf(member);
    if (text !== undefined && text !== null) fields[name] = text;
    const separate = name.endsWith("_attributes");
    const element = separate ? name.slice(0, -"_attributes".length) : name;
    for (const key in member) {
      const value = member[key];
      if (isObject(value)) addAttributes(fields, element, value);
      else if (isScalar(value) && (separate || !TEXT_KEY_SET.has(key))) fields[`${element}_${bare(key)}`] = value;
    }
  }
}

/** `<Data Name="x">text</Data>` or nameless `<Data>text</Data>`, one or many. */
function liftDataElements(fields: OpenFields, data: unknown): void {
  const elements = Array.isArray(data) ? data : [data];
  let left = MAX_FIELDS;
  for (const element of elements) {
    if (left-- <= 0) {
      fields[TRUNCATED] = true;
      return;
    }
    const name = attributeOf(element, "Name");
    const value = textOf(element);
    if (typeof name === "string" && name !== "") {
      fields[withoutBlanks(name)] = value === undefined ? "" : value;
    } else if (Array.isArray(value)) {
      for (const part of value) addValue(fields, "Data", part as FieldScalar);
    } else if (value !== undefined && value !== null) {
      addValue(fields, "Data", value as FieldScalar);
    }
  }
}

function liftMembers(fields: OpenFields, members: JsonObject): void {
  const plain = newFields() as Record<string, unknown>;
  for (const name in members) {
    const member = members[name];
    if (name.startsWith("#attributes") || name.startsWith("@") || name === "xmlns" || name.endsWith("_attributes")) {
      continue;
    }
    const text = textOf(member);
    if (text === undefined) plain[withoutBlanks(name)] = member;
    else fields[withoutBlanks(name)] = text;
  }
  flattenInto(fields, plain);
}

function liftEventData(fields: OpenFields, eventData: unknown): void {
  if (!isObject(eventData)) {
    const text = textOf(eventData);
    if (text !== undefined && text !== null) fields["Data"] = text;
    return;
  }
  const data = eventData["Data"];
  const { Data: _, ...others } = eventData;
  if (data !== undefined && data !== null) liftDataElements(fields, data);
  liftMembers(fields, data === undefined ? eventData : others);
}

/** UserData wraps its members in one element named by the provider; rules name the members only. */
function liftUserData(fields: OpenFields, userData: unknown): void {
  if (!isObject(userData)) return;
  for (const name in userData) {
    const inner = userData[name];
    if (isObject(inner) && !name.startsWith("#") && !name.endsWith("_attributes")) liftMembers(fields, inner);
  }
}

export function eventOf(record: JsonObject): JsonObject | undefined {
  const event = isObject(record["Event"]) ? record["Event"] : record;
  return isObject(event["System"]) ? event : undefined;
}

export function parseNestedEvent(event: JsonObject, format: string, utcOffsetMinutes: number): Parsed {
  const fields = newFields();
  // EventData first: a System member is what rules mean when both have a name.
  liftEventData(fields, event["EventData"]);
  liftUserData(fields, event["UserData"]);
  liftSystem(fields, event["System"] as JsonObject);
  const rendering = event["RenderingInfo"];
  if (isObject(rendering) && typeof rendering["Message"] === "string") fields["Message"] ??= rendering["Message"];
  const eventId = eventNumber(fields["EventID"]);
  if (eventId !== undefined) fields["EventID"] = eventId;
  const created = parseTime(fields["TimeCreated_SystemTime"] ?? fields["TimeCreated"], utcOffsetMinutes);
  const time = Number.isNaN(created) ? parseTime(fields["UtcTime"]) : created;
  // Markup has ways of its own to write a text.
  return windowsEvent(format, fields, time, format === WINDOWS_XML ? undefined : true);
}
