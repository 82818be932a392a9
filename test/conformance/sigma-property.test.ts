/**
 * The engine against the naive evaluator on generated rules and events: the same findings, or a bug in one of them.
 * Amount: KHIEN_SIGMA_RUNS rule sets, each 12 rules × 12 events; 144 pairs.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldValue } from "../../src/kernel/index.ts";
import type { LazyEvent, Rule, SigmaEvent } from "../../src/modules/detection/core/sigma/index.ts";
import { compileRules, matchesNaively, parseRules } from "../../src/modules/detection/core/sigma/index.ts";
import { fillPlaceholders } from "../../src/modules/detection/core/sigma/parse/placeholders.ts";
import { placed } from "../../src/modules/detection/core/sigma/testdata/placed.ts";
import { linearRegex } from "../../src/platform/regex/index.ts";
import { parseYaml } from "../../src/platform/yaml/index.ts";
import { event, logSourceMap, placeholders, ruleText } from "./sigma-arbitrary.ts";

const RULES = 12;
const EVENTS = 12;
const runs = Number(process.env["KHIEN_SIGMA_RUNS"] ?? 700);
/** What a reader says of a value it gives no token. */
const NO_TOKEN = -1;
const options = { regex: linearRegex, logSourceMap };

/** Tokens of values, forgotten now and then as a reader's are. */
class Tokens {
  generation = 1;
  private readonly given = new Map<string, number>();

  of(value: FieldValue): number {
    if (typeof value !== "string") return NO_TOKEN;
    if (this.given.size === 40) {
      this.given.clear();
      this.generation++;
    }
    const token = this.given.get(value) ?? this.given.size;
    this.given.set(value, token);
    return token;
  }
}

/** The event as a reader of undigested records gives it, with the record's bytes or without. */
function unread({ logsource, fields, raw }: SigmaEvent, withBytes: boolean, tokens?: Tokens): LazyEvent {
  const names = Object.keys(fields);
  const valueAt = (position: number): FieldValue => fields[names[position] as string] as FieldValue;
  const text = JSON.stringify({ fields, raw });
  return {
    logsource,
    names,
    raw,
    valueAt,
    tokenAt: (position) => tokens?.of(valueAt(position)) ?? NO_TOKEN,
    get generation() {
      return tokens?.generation ?? 0;
    },
    named: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined),
    verbatim: withBytes && !text.includes("\u212a") ? placed(Buffer.from(text)) : undefined,
  };
}

test("the engine finds exactly what the naive evaluator finds", () => {
  const seen = { pairs: 0, matches: 0 };
  fc.assert(
    fc.property(
      fc.array(ruleText, { minLength: RULES, maxLength: RULES }),
      fc.array(event, { minLength: EVENTS, maxLength: EVENTS }),
      (texts, events) => {
        const parsed = texts.map((source, index) =>
          parseRules(source, { documents: { parse: parseYaml }, version: String(index) }),
        );
        expect(parsed.flatMap(({ problems }) => problems)).toEqual([]);
        const rules: Rule[] = parsed.flatMap((one) => [...one.rules]);
        const set = compileRules(rules, { ...options, placeholders });
        expect(set.rejected).toEqual([]);
        const filled = rules.map((rule) => fillPlaceholders(rule, placeholders));
        const tokens = new Tokens();
        for (const one of events) {
          const expected = filled.filter((rule) => matchesNaively(rule, one, options)).map(({ id }) => id);
          expect(set.match(one).map(({ id }) => id)).toEqual(expected);
          const record: SigmaEvent = { ...one, raw: JSON.stringify(one.fields), verbatim: true };
          const inRecord = filled.filter((rule) => matchesNaively(rule, record, options)).map(({ id }) => id);
          expect(set.match(record).map(({ id }) => id)).toEqual(inRecord);
          const lines = [unread(one, false), unread(one, true), unread(one, true, tokens), unread(one, true, tokens)];
          expect(lines.map((line) => set.matchLine(line).map(({ id }) => id))).toEqual(lines.map(() => expected));
          seen.pairs += rules.length;
          seen.matches += expected.length;
        }
      },
    ),
    { numRuns: runs },
  );
  // A test whose rules never match, or always do, would prove nothing.
  expect(seen.pairs).toBeGreaterThanOrEqual(runs * RULES * EVENTS);
  expect(seen.matches / seen.pairs).toBeGreaterThan(0.02);
  expect(seen.matches / seen.pairs).toBeLessThan(0.8);
}, 36_000_000);

/** Guards are chosen anew by what the events of a view were like; that needs some hundreds of them. */
test("it goes on finding it when it has learnt which tests the events meet", () => {
  let matches = 0;
  fc.assert(
    fc.property(
      fc.array(ruleText, { minLength: RULES, maxLength: RULES }),
      fc.array(event, { minLength: EVENTS, maxLength: EVENTS }),
      (texts, events) => {
        const rules = texts.flatMap((source, index) => [
          ...parseRules(source, { documents: { parse: parseYaml }, version: String(index) }).rules,
        ]);
        const set = compileRules(rules, { ...options, placeholders });
        const filled = rules.map((rule) => fillPlaceholders(rule, placeholders));
        const expected = events.map((one) =>
          filled.filter((rule) => matchesNaively(rule, one, options)).map(({ id }) => id),
        );
        // First mostly the one half, then mostly the other: what was learnt turns out wrong.
        for (const half of [0, 1]) {
          for (let turn = 0; turn < 60; turn++) {
            for (const [index, one] of events.entries()) {
              if (turn % 10 !== 9 && index % 2 === half) continue;
              expect(set.match(one).map(({ id }) => id)).toEqual(expected[index]);
              matches += expected[index]?.length ?? 0;
            }
          }
        }
      },
    ),
    { numRuns: Math.ceil(runs / 14) },
  );
  expect(matches).toBeGreaterThan(1_000);
}, 36_000_000);
