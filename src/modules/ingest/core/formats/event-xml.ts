/**
 * Event XML (`<Event xmlns=…><System>…`), as Windows renders it and as Sysmon for Linux writes it to syslog, read into
 * the nested JSON dialect. A bounded scanner for this one vocabulary: no entities of its own, no DTD, no recursion.
 */
import { tableOf } from "../../../../kernel/index.ts";
import { MAX_XML_ELEMENTS } from "../limits.ts";
import type { JsonObject } from "../parsed.ts";

type XmlElement = Record<string, unknown>;

const ENTITIES = tableOf<string>({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" });

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function attributesOf(tag: string): XmlElement | undefined {
  let attributes: XmlElement | undefined;
  for (const match of tag.matchAll(/([A-Za-z_][\w.:-]{0,255})=(?:"([^"]*)"|'([^']*)')/g)) {
    attributes ??= Object.create(null) as XmlElement;
    attributes[match[1] as string] = unescapeXml(match[2] ?? match[3] ?? "");
  }
  return attributes;
}

function addChild(parent: XmlElement, name: string, child: unknown): void {
  const before = parent[name];
  if (before === undefined) parent[name] = child;
  else if (Array.isArray(before)) before.push(child);
  else parent[name] = [before, child];
}

interface Open {
  readonly name: string;
  readonly element: XmlElement;
  text: string;
}

/** The element as the nested dialect has it: plain text without attributes is a string. */
function closed(open: Open): unknown {
  let empty = true;
  for (const _ in open.element) {
    empty = false;
    break;
  }
  const text = unescapeXml(open.text);
  if (empty) return text;
  if (text.trim() !== "") open.element["#text"] = text;
  return open.element;
}

/** `{Event: {System: …}}`, or undefined when the text is not one well-formed event. */
export function parseEventXml(xml: string): JsonObject | undefined {
  const root: Open = { name: "", element: Object.create(null) as XmlElement, text: "" };
  const stack: Open[] = [root];
  let elements = 0;
  let at = xml.indexOf("<");
  while (at >= 0) {
    const end = xml.indexOf(">", at);
    if (end < 0) return undefined;
    const tag = xml.slice(at + 1, end);
    const top = stack.at(-1) as Open;
    if (tag.startsWith("/")) {
      if (stack.length === 1 || top.name !== tag.slice(1).trim()) return undefined;
      stack.pop();
      addChild((stack.at(-1) as Open).element, top.name, closed(top));
      if (stack.length === 1) return root.element;
    } else if (!tag.startsWith("?") && !tag.startsWith("!")) {
      const name = /^[A-Za-z_][\w.:-]{0,255}/.exec(tag)?.[0];
      if (name === undefined || ++elements > MAX_XML_ELEMENTS || stack.length > 16) return undefined;
      const element: XmlElement = Object.create(null) as XmlElement;
      const attributes = attributesOf(tag.slice(name.length));
      if (attributes !== undefined) element["#attributes"] = attributes;
      const open: Open = { name, element, text: "" };
      if (tag.endsWith("/")) addChild(top.element, name, closed(open));
      else stack.push(open);
    }
    const next = xml.indexOf("<", end + 1);
    if (next > end + 1) (stack.at(-1) as Open).text += xml.slice(end + 1, next);
    at = next;
  }
  return undefined;
}
