/** Beginnings of rules: language of Sigma only, the words are the author's. */
export type TemplateKind = "detection" | "correlation";
interface Author {
  readonly name: string;
  readonly today: Date;
}

/** `crypto.randomUUID` exists only in secure contexts; a console in a closed network may be reached over plain HTTP. */
export function newRuleId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-");
}

/** A name is text of a person: quoted, so that it stays a text in YAML. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function head({ name, today }: Author): string {
  return `title:
id: ${newRuleId()}
status: experimental
description:
author: ${quoted(name)}
date: ${today.toISOString().slice(0, 10)}
`;
}

const BODIES: Readonly<Record<TemplateKind, string>> = {
  detection: `logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains:
  condition: selection
level: medium
`,
  correlation: `correlation:
  type: event_count
  rules:
  group-by:
  timespan: 10m
  condition:
    gte: 10
level: medium
`,
};

export function ruleTemplate(kind: TemplateKind, author: Author): string {
  return head(author) + BODIES[kind];
}

/** A rule of others as one's own: a new id, and where it comes from stays written in it (`related`, Sigma 2.1). */
export function ownCopy(text: string, original: string): string {
  const id = newRuleId();
  const related = /^related:[ \t]*$/mu.test(text)
    ? text.replace(/^related:[ \t]*$/mu, `related:\n  - id: ${original}\n    type: derived`)
    : undefined;
  const withRelation = related ?? text;
  const lineage = related === undefined ? `\nrelated:\n  - id: ${original}\n    type: derived` : "";
  if (/^id:.*$/mu.test(withRelation)) return withRelation.replace(/^id:.*$/mu, `id: ${id}${lineage}`);
  return withRelation.replace(/^title:.*$/mu, (title) => `${title}\nid: ${id}${lineage}`);
}
