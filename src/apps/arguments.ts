import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { Fault } from "../kernel/index.ts";

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Command-line arguments, strictly: an unknown or misused option is Fault cli.arguments.invalid. */
export function readArguments(args: readonly string[], options: ParseArgsOptionsConfig): Parsed {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { values: values as Parsed["values"], positionals };
  } catch (error) {
    throw new Fault("invalid", "cli.arguments.invalid", (error as Error).message);
  }
}

export function text(parsed: Parsed, name: string): string | undefined {
  const value = parsed.values[name];
  return typeof value === "string" ? value : undefined;
}

export function flag(parsed: Parsed, name: string): boolean {
  return parsed.values[name] === true;
}

/** The value of an option that must be there. */
export function required(parsed: Parsed, name: string): string {
  const value = text(parsed, name);
  if (value === undefined) throw new Fault("invalid", "cli.arguments.missing", `--${name} is needed`, { option: name });
  return value;
}

export function oneOf<Choice extends string>(
  parsed: Parsed,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = text(parsed, name);
  if (value === undefined) return undefined;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) {
    throw new Fault("invalid", "cli.arguments.choice", `--${name} is one of ${choices.join(", ")}`, {
      option: name,
      value,
    });
  }
  return choice;
}

export function wholeNumber(parsed: Parsed, name: string, least: number, most: number): number | undefined {
  const value = text(parsed, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/u.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new Fault("invalid", "cli.arguments.number", `--${name} is a whole number from ${least} to ${most}`, {
      option: name,
      value,
    });
  }
  return number;
}

/** RFC 3339, a plain date, or a span back from now (`24h`, `7d`). */
export function instant(parsed: Parsed, name: string, now: number): number | undefined {
  const value = text(parsed, name);
  if (value === undefined) return undefined;
  const spanMs = spanOf(value);
  return spanMs === undefined ? dateOf(value, name) : now - spanMs;
}

/** RFC 3339, a plain date, or a span from now on, of an option that must be there. */
export function deadline(parsed: Parsed, name: string, now: number): number {
  const value = required(parsed, name);
  const spanMs = spanOf(value);
  return spanMs === undefined ? dateOf(value, name) : now + spanMs;
}

function spanOf(value: string): number | undefined {
  const span = /^(\d{1,6})([mhd])$/u.exec(value);
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  return span === null ? undefined : Number(span[1]) * unitMs[span[2] as keyof typeof unitMs];
}

function dateOf(value: string, name: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}(?:T.*)?$/u.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new Fault(
    "invalid",
    "cli.arguments.time",
    `--${name}: "${value}" is no time; write 2026-11-21, 2026-11-21T08:00:00Z or 24h`,
    { option: name },
  );
}
