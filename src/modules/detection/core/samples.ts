/**
 * Samples a document brings along (`x-khien.samples`, content/README.md): of a rule single records, of a correlation
 * streams of records with the moments at which they are written. Pure: the same sample is the same stream every time.
 */
import { parseDuration } from "./sigma/parse/duration.ts";

export interface Sample {
  readonly format: string;
  /** In order of time; one for a sample of a rule. */
  readonly records: readonly SampleRecord[];
}

export interface SampleRecord {
  /** After the start of the sample. */
  readonly atMs: number;
  readonly raw: string;
}

export interface Samples {
  readonly firing: readonly Sample[];
  readonly silent: readonly Sample[];
}

/** A sample may not become a flood. */
const MAX_RECORDS = 10_000;

/** 2026-11-18T09:14:05+07:00: every sample starts here. */
export const SAMPLE_START = Date.UTC(2026, 10, 18, 2, 14, 5);

/** Vietnam has one time zone and no summer time. */
const LOCAL_OFFSET_MS = 7 * 3_600_000;

/** What cannot be read as a sample is left out; `lint` says what is wrong with it. */
export function samplesOf(extras: Readonly<Record<string, unknown>>): Samples {
  const samples = mapOf(mapOf(extras["x-khien"])["samples"]);
  const read = (kind: string): Sample[] => listOf(samples[kind]).flatMap((given) => readSample(mapOf(given)));
  return { firing: read("firing"), silent: read("silent") };
}

function readSample(given: Readonly<Record<string, unknown>>): Sample[] {
  const { format, raw } = given;
  if (typeof format !== "string") return [];
  if (typeof raw === "string") return [{ format, records: [{ atMs: 0, raw }] }];
  const records = listOf(given["records"]).flatMap((record) => readRecords(mapOf(record)));
  return records.length === 0 || records.length > MAX_RECORDS
    ? []
    : [{ format, records: records.toSorted((one, two) => one.atMs - two.atMs) }];
}

function readRecords(given: Readonly<Record<string, unknown>>): SampleRecord[] {
  const { at = "0s", every = "0s", repeat = 1, raw } = given;
  const start = parseDuration(String(at));
  const step = parseDuration(String(every));
  if (typeof raw !== "string" || typeof repeat !== "number" || start === undefined || step === undefined) return [];
  return Array.from({ length: Math.min(repeat, MAX_RECORDS + 1) }, (_, index) => {
    const atMs = start + index * step;
    return { atMs, raw: filled(raw, index, SAMPLE_START + atMs) };
  });
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `{n}` counts the repetitions from 0; the rest is the moment, in the forms sources write it. */
function filled(raw: string, index: number, time: number): string {
  const utc = new Date(time).toISOString();
  const local = new Date(time + LOCAL_OFFSET_MS).toISOString().slice(0, -1);
  const [, month, day] = local.slice(0, 10).split("-");
  const values: Readonly<Record<string, string>> = {
    n: String(index),
    iso: `${local}+07:00`,
    utc,
    unix: (time / 1_000).toFixed(6),
    syslog: `${months[Number(month) - 1]} ${String(Number(day)).padStart(2)} ${local.slice(11, 19)}`,
  };
  return raw.replace(/\{(n|iso|utc|unix|syslog)\}/g, (_, name: string) => values[name] as string);
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
