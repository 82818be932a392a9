/**
 * What all forms of a Windows event share once their fields are flat: System members (`EventID` as a number,
 * `Channel`, `Provider_Name`, `Computer`, `EventRecordID`, `Execution_ProcessID` …) beside the members of EventData,
 * all at top level, as Sigma's Windows rules name them.
 */
import type { FieldValue, LogSource } from "../../../../kernel/index.ts";
import { logSource } from "../logsources.ts";
import type { OpenFields, Parsed } from "../parsed.ts";
import { text } from "../parsed.ts";
import { windowsEntities } from "./windows-entities.ts";
import { windowsSource } from "./windows-channels.ts";

/** EventID is a number in every form of the event; anything else stays as it is. */
export function eventNumber(value: FieldValue | undefined): FieldValue | undefined {
  if (typeof value !== "string" || value.length > 10) return value;
  const number = Number(value);
  return value !== "" && Number.isInteger(number) ? number : value;
}

/** Rules write names without blanks: the event's "Source Name" is the rule's `SourceName`. */
export function withoutBlanks(name: string): string {
  return name.includes(" ") ? name.replaceAll(" ", "") : name;
}

/** Adds a System member under the name rules use, unless the event has one of its own. */
export function alias(fields: OpenFields, name: string, value: FieldValue | undefined): void {
  if (value !== undefined && fields[name] === undefined) fields[name] = value;
}

/** Sysmon for Linux writes the very same event under another provider. */
export function windowsEventSource(channel: FieldValue | undefined, eventId: FieldValue | undefined): LogSource {
  const source = windowsSource(channel, eventId);
  if (typeof channel !== "string" || !channel.startsWith("Linux-Sysmon")) return source;
  return logSource("linux", "sysmon", source.category);
}

/** `verbatim`: see Parsed. */
export function windowsEvent(format: string, fields: OpenFields, time: number, verbatim?: true): Parsed {
  const logsource = windowsEventSource(fields["Channel"], fields["EventID"]);
  return {
    format,
    time,
    host: text(fields["Computer"]),
    logsource,
    entities: windowsEntities(fields, logsource.service),
    fields,
    verbatim,
  };
}
