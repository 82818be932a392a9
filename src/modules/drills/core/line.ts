import type { Instant } from "../../../kernel/index.ts";

export type LineFormat = "windows-nxlog" | "windows-json" | "zeek-json" | "suricata-eve" | "syslog" | "auditd";

/** One record as its source writes it. Only an audit event has line feeds in it: one per kernel record. */
export interface ScenarioLine {
  readonly time: Instant;
  readonly sensor: string;
  readonly format: LineFormat;
  readonly raw: string;
  /** Absent for the ordinary traffic of the day. */
  readonly phase?: string;
}

/** ISO 8601 local time with offset, as agents write it. */
export function localIso(time: Instant, utcOffsetMinutes: number): string {
  const shifted = new Date(time + utcOffsetMinutes * 60_000).toISOString().slice(0, -1);
  return `${shifted}${offset(utcOffsetMinutes, ":")}`;
}

export function offset(utcOffsetMinutes: number, separator: string): string {
  const sign = utcOffsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(utcOffsetMinutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${sign}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}
