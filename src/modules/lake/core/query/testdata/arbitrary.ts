/** Random query trees in the parser's own normal form, biased to values the random events of the tests hold. */
import fc from "fast-check";
import { isTimeField } from "../time-words.ts";
import type { FieldTest, Pattern, PatternPiece, Query, RangeEnd } from "../tree.ts";

export const WORDS = ["lan", "Minh", "Đức", "nguyễn", "C:\\Temp", 'say "hi"', "10", "4688", "0.5", "-3", "a_b%c", "", "ΑΣ", "İ", "và or not", "10.1.2.3", "2001:db8::7"] as const;
export const FIELD_NAMES = ["EventID", "eventid", "TargetUserName", "Groups", "odd/na~me", "user", "host", "src_ip", "ip", "dst_port", "command_line", "time", "sensor", "product", "time_missing", "fields.user", "missing"] as const;
const NETWORKS = ["10.0.0.0/8", "10.1.2.0/23", "0.0.0.0/0", "10.1.2.3/32", "2001:db8::/32", "::/0", "2001:db8::7/128"] as const;

const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 5 }) });
const fieldName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FIELD_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }) },
);

const pattern: fc.Arbitrary<Pattern> = fc
  .array(fc.oneof(word.map((literal): PatternPiece => ({ literal })), fc.constantFrom<PatternPiece>("many", "one")), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => {
    const normal: PatternPiece[] = [];
    for (const piece of pieces) {
      const last = normal.at(-1);
      if (piece === "many" && last === "many") continue;
      if (typeof piece === "object" && typeof last === "object") normal[normal.length - 1] = { literal: last.literal + piece.literal };
      else normal.push(piece);
    }
    return normal;
  });

const isManyOnly = (pieces: Pattern) => pieces.length === 1 && pieces[0] === "many";
const rangeEnd: fc.Arbitrary<RangeEnd | undefined> = fc.option(fc.record({ value: word, inclusive: fc.boolean() }), { nil: undefined });

const fieldTest: fc.Arbitrary<FieldTest> = fc.oneof(
  { weight: 5, arbitrary: pattern.filter((pieces) => !isManyOnly(pieces)).map((pieces): FieldTest => ({ kind: "match", pattern: pieces })) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(">" as const, ">=" as const, "<" as const, "<=" as const), word).map(([op, value]): FieldTest => ({ kind: "compare", op, value })) },
  { weight: 2, arbitrary: fc.tuple(rangeEnd, rangeEnd).map(([low, high]): FieldTest => ({ kind: "range", low, high })) },
  { weight: 2, arbitrary: fc.constantFrom(...NETWORKS).map((text): FieldTest => ({ kind: "cidr", text })) },
  { weight: 1, arbitrary: fc.constant<FieldTest>({ kind: "exists" }) },
);

const moment = fc.constantFrom("2026", "2026-11", "2026-11-21", "2026-11-21T10", "2026-11-21T10:20", "2026-11-21T17:30:00+07:00", "2026-11-21T10:30:15.5", "2026-11-21T10:40:00.000Z");
const momentEnd = fc.option(fc.record({ value: moment, inclusive: fc.boolean() }), { nil: undefined });
/** Bounds of a time are times, or the parser refuses them. */
const timeTest: fc.Arbitrary<FieldTest> = fc.oneof(
  fc.tuple(fc.constantFrom(">" as const, ">=" as const, "<" as const, "<=" as const), moment).map(([op, value]): FieldTest => ({ kind: "compare", op, value })),
  fc.tuple(momentEnd, momentEnd).map(([low, high]): FieldTest => ({ kind: "range", low, high })),
  moment.map((literal): FieldTest => ({ kind: "match", pattern: [{ literal }] })),
  pattern.filter((pieces) => !isManyOnly(pieces)).map((pieces): FieldTest => ({ kind: "match", pattern: pieces })),
);

const leaf: fc.Arbitrary<Query> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fieldName.filter((name) => !isTimeField(name)), fieldTest).map(([field, test]): Query => ({ kind: "field", field, test })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("time", "ingested_at"), timeTest).map(([field, test]): Query => ({ kind: "field", field, test })) },
  { weight: 1, arbitrary: pattern.map((pieces): Query => ({ kind: "text", pattern: pieces })) },
);

const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: tie("query").map((item): Query => ({ kind: "not", item })) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom("and" as const, "or" as const), fc.array(tie("query"), { minLength: 2, maxLength: 3 })).map(([kind, items]): Query => flat(kind, items)) },
  ),
}));

function flat(kind: "and" | "or", items: readonly Query[]): Query {
  return { kind, items: items.flatMap((item) => (item.kind === kind ? item.items : [item])) };
}

export const queryArbitrary: fc.Arbitrary<Query> = query;

/** What only programs ask; it has no text of its own, so it stays out of the trees that are printed and parsed. */
export const contentArbitrary: fc.Arbitrary<Query> = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.boolean())
  .map(([anyOf, fieldsOnly]): Query => ({ kind: "content", anyOf, fieldsOnly }));
