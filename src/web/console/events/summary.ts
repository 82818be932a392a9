import type { StoredEvent } from "../api/types.ts";

/** Most telling first: what ran, what was asked for, where it went; else the raw line. */
export function eventSummary(event: StoredEvent): { readonly field: string; readonly text: string } {
  const { entities } = event;
  const order = ["commandLine", "process", "url", "domain", "file", "email", "hash"] as const;
  for (const field of order) {
    const value = entities[field];
    if (value !== undefined && value !== "") return { field, text: value };
  }
  if (entities.srcIp !== undefined && entities.dstIp !== undefined) {
    const port = entities.dstPort === undefined ? "" : `:${entities.dstPort}`;
    return { field: "dstIp", text: `${entities.srcIp} → ${entities.dstIp}${port}` };
  }
  return { field: "raw", text: event.raw };
}

/** One line for lists: a record nothing tells about is named by its number and log, not poured out. */
export function eventLine(event: StoredEvent): string {
  const { field, text } = eventSummary(event);
  const number = event.fields["EventID"] ?? event.fields["EventId"];
  if (field !== "raw" || number === undefined) return text;
  return [`EventID ${String(number)}`, logsourceText(event.logsource)].filter((part) => part !== "").join(" · ");
}

export function logsourceText(logsource: {
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
}): string {
  return [logsource.product, logsource.category, logsource.service].filter((part) => part !== undefined).join(" / ");
}

/** Every field of an event as text: attributes, entities, then the source's own names. */
export function eventFields(
  event: StoredEvent,
): { readonly name: string; readonly values: readonly string[]; readonly kind: "attribute" | "entity" | "native" }[] {
  const text = (value: unknown) => (value === null ? "null" : String(value));
  const attributes = {
    sensor: event.sensor,
    host: event.host,
    format: event.format,
    ...event.logsource,
    exerciseId: event.exerciseId,
  };
  return [
    ...Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, values: [text(value)], kind: "attribute" as const }],
    ),
    ...Object.entries(event.entities).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, values: [text(value)], kind: "entity" as const }],
    ),
    ...Object.entries(event.fields).map(([name, value]) => ({
      name,
      values: Array.isArray(value) ? value.map(text) : [text(value)],
      kind: "native" as const,
    })),
  ];
}
