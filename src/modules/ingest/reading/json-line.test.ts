import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_LINE_DEPTH, MAX_SHAPES } from "../limits.ts";
import { JsonLine } from "./json-line.ts";

const json = new JsonLine();
const after = Buffer.from('\n{"another":"line"}\n');

type Leaf = readonly [path: readonly string[], value: unknown];

/** What the reader makes of a line, or undefined when it leaves it to JSON.parse. */
function read(line: Buffer | string): Leaf[] | undefined {
  const bytes = Buffer.from(line);
  json.load(Buffer.concat([bytes, after]));
  if (json.read(0) === undefined) return undefined;
  expect(json.end).toBe(bytes.length);
  const paths = new Map<number, readonly string[]>([[0, []]]);
  return sorted(
    json.members().map(({ node, parent, key, kind }): Leaf => {
      const path = [...(paths.get(parent) ?? []), key];
      paths.set(node, path);
      return [path, kind === "object" ? Object : json.valueAt(node)];
    }),
  );
}

function parsed(line: Buffer | string): Leaf[] | undefined {
  try {
    return sorted(leavesOf(JSON.parse(line.toString()), []));
  } catch {
    return undefined;
  }
}

function leavesOf(value: object, path: readonly string[]): Leaf[] {
  return Object.entries(value).flatMap(([key, member]): Leaf[] => {
    const inner = [...path, key];
    const isObject = typeof member === "object" && member !== null && !Array.isArray(member);
    return isObject ? [[inner, Object], ...leavesOf(member as object, inner)] : [[inner, member]];
  });
}

const sorted = (leaves: Leaf[]): Leaf[] =>
  leaves
    .map((leaf) => [leaf[0].join("\u0000"), leaf] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, leaf]) => leaf);

/** What is understood is what JSON.parse makes of it; told whether it was understood. */
function agrees(line: Buffer | string): boolean {
  const result = read(line);
  if (result !== undefined) expect(result).toEqual(parsed(line));
  return result !== undefined;
}

const texts = fc.string({
  unit: fc.constantFrom("a", "\\", '"', "/", "\u0001", "\n", "é", "İ", "😀", "\u212a", "0123456789abcdef", "\ud800"),
  maxLength: 12,
});
const scalars = fc.oneof(
  texts,
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const keys = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "B", "é", " ", "_", "0123456789abcdef"), maxLength: 7 }),
  fc.constantFrom("__proto__", "constructor", "1", "0", "", "toString"),
);
const { members } = fc.letrec<{ members: [string, unknown][]; value: unknown }>((tie) => ({
  members: fc.array(fc.tuple(keys, tie("value")), { maxLength: 6 }),
  value: fc.oneof(
    { weight: 4, arbitrary: scalars },
    { weight: 1, arbitrary: fc.array(scalars, { maxLength: 4 }) },
    { weight: 2, arbitrary: tie("members").map((inner) => new Map([[Map, inner]])) },
  ),
}));

/** Members as they are given, a name twice if it is there twice. */
function written(object: [string, unknown][], blank: string): string {
  const inner = object.map(([key, value]) => {
    const text = value instanceof Map ? written(value.get(Map), blank) : JSON.stringify(value);
    return `${blank}${JSON.stringify(key)}${blank}:${blank}${text}${blank}`;
  });
  return `{${inner.join(",") || blank}}`;
}

const hasTwice = (object: [string, unknown][]): boolean =>
  new Set(object.map(([key]) => key)).size < object.length ||
  object.some(([, value]) => value instanceof Map && hasTwice(value.get(Map)));

describe("a line is read as JSON.parse reads it", () => {
  test("whatever is written", () => {
    let understood = 0;
    fc.assert(
      fc.property(members, fc.constantFrom("", " ", "\t "), (object, blank) => {
        const line = `${written(object, blank)}\r`;
        const result = agrees(line);
        if (result) understood++;
        expect(result && hasTwice(object)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
    expect(understood).toBeGreaterThan(1_500);
  });

  test("nothing is understood that JSON.parse refuses", () => {
    const unit = fc.constantFrom(...'"{},:[]\\u01-.e a'.split(""), "true", "null", '"a":', '\\"', "\u0000");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 24 }), (inner) => {
        for (const text of [`{"a":${inner}}`, `{"a":"${inner}"}`, `{"a":{${inner}}}`, `{${inner}}`, inner])
          agrees(text);
      }),
      { numRuns: 20_000 },
    );
  });

  test("lines with single bytes changed", () => {
    let understood = 0;
    fc.assert(
      fc.property(members, fc.nat(), fc.nat(255), fc.constantFrom(0, 1), (object, place, byte, removed) => {
        const bytes = Buffer.from(written(object, ""));
        const at = place % bytes.length;
        const changed = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + removed)]);
        if (byte === 10 || !agrees(changed)) return;
        understood++;
        expect(changed).toEqual(Buffer.from(changed.toString()));
      }),
      { numRuns: 10_000 },
    );
    expect(understood).toBeGreaterThan(500);
  });

  test.each([
    '{"a":01}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\\u0000"}',
    '{"a":"\\u12g4"}',
    '{"a":1,}',
    '{"a":1}x',
    '{"a":1}}',
    '{"a":{"b":1}',
    '{"a":"1}',
    '{"a":[[1]]}',
    '{"a":[{}]}',
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":{"b":1},"a":{"c":2}}',
    '{"a\\n":1}',
    `{"${"a".repeat(80)}":1}`,
    `${'{"a":'.repeat(MAX_LINE_DEPTH + 2)}1${"}".repeat(MAX_LINE_DEPTH + 2)}`,
    "{}",
    "",
  ])("%j is left to JSON.parse", (line) => {
    expect(read(line)).toBeUndefined();
  });

  test("text that is not UTF-8 is left alone, in values and in keys", () => {
    for (const wrong of [[0xff], [0xc3], [0xed, 0xa0, 0x80]]) {
      const bytes = Buffer.from(wrong);
      expect(read(Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')]))).toBeUndefined();
      for (let again = 0; again < 2; again++)
        expect(read(Buffer.concat([Buffer.from('{"'), bytes, Buffer.from('":1}')]))).toBeUndefined();
    }
  });

  test("every character after a backslash, backslashes in any number, at every place of a block", () => {
    for (let length = 0; length < 70; length++) {
      const before = "x".repeat(length);
      for (let code = 0; code < 256; code++) {
        const text = `{"a":"${before}\\${String.fromCharCode(code)}${"y".repeat(length % 7)}","b":"\\u004${length % 10}"}`;
        if (code !== 10) expect(agrees(text)).toBe(parsed(text) !== undefined);
      }
      for (let slashes = 0; slashes < 40; slashes++)
        for (const end of ['"', 'n"', '"}', "x", '\\u0041"']) {
          const text = `{"a":"${before}${"\\".repeat(slashes)}${end},"b":1}`;
          expect(agrees(text)).toBe(parsed(text) !== undefined);
        }
    }
  });
});

describe("shapes", () => {
  const shapeOf = (text: string) => {
    json.load(Buffer.from(`${text}\n`));
    return json.read(0);
  };

  test("lines with the same members of the same kinds share one, whatever their order", () => {
    const shape = shapeOf('{"a":1,"b":{"c":"x","d":null},"e":[1]}');
    expect(shapeOf('{"e":[],"b":{"d":null,"c":"\\n"},"a":-2.5e3}')).toBe(shape);
    for (const other of [
      '{"a":1,"b":{"c":"x","d":1},"e":[1]}',
      '{"a":1,"b":{"c":"x"},"d":null,"e":[1]}',
      '{"a":1,"b":{"c":"x","d":null}}',
      '{"a":1,"b":{"c":"x","d":null},"e":[1],"f":1}',
    ]) {
      expect(shapeOf(other)).toBeDefined();
      expect(shapeOf(other)).not.toBe(shape);
    }
  });

  test("more keys and shapes than are remembered", () => {
    let left = 0;
    for (let round = 0; round < 3 * MAX_SHAPES; round++) {
      const object = {
        same: round,
        [`key ${round}`]: { inner: "x", [`${round}`]: [round] },
        [`${"é".repeat(30)}`]: null,
      };
      if (!agrees(JSON.stringify(object))) left += 1;
    }
    // A key that meets very many others in a full table is left to be parsed.
    expect(left).toBeLessThan(MAX_SHAPES / 100);
  });
});

/** Tokens of one stream: equal tokens are equal strings, and what has a token keeps it while the generation lasts. */
class TokenLedger {
  readonly #line = new JsonLine();
  #byToken = new Map<number, string>();
  #byText = new Map<string, number>();
  #generation = -1;
  given = 0;
  generations = 0;

  take(stream: readonly string[]): void {
    const raw = JSON.stringify(Object.fromEntries(stream.map((text, at) => [`k${at}`, text])));
    const bytes = Buffer.from(`${raw}\n`);
    this.#line.load(bytes);
    expect(this.#line.read(0)).toBeDefined();
    if (this.#line.generation !== this.#generation) {
      this.#generation = this.#line.generation;
      this.#byToken = new Map();
      this.#byText = new Map();
      this.generations++;
    }
    for (const [at, { node }] of this.#line.members().entries()) {
      const text = stream[at] as string;
      const asked = at % 2 === 0 ? this.#line.valueAt(node) : text;
      const token = this.#line.tokenAt(node);
      expect(asked).toBe(text);
      expect(this.#line.valueAt(node)).toBe(text);
      expect(this.#line.tokenAt(node)).toBe(token);
      if (token === -1) {
        expect(this.#byText.has(text)).toBe(false);
        continue;
      }
      this.given++;
      expect(this.#byToken.get(token) ?? text).toBe(text);
      expect(this.#byText.get(text) ?? token).toBe(token);
      this.#byToken.set(token, text);
      this.#byText.set(text, token);
    }
    expect(this.#line.generation).toBe(this.#generation);
  }
}

describe("tokens", () => {
  test("equal for equal strings and for no others", () => {
    const ledger = new TokenLedger();
    const length = fc.constantFrom(0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 64, 200);
    // Strings that differ in one character, or in length alone.
    const near = fc
      .tuple(length, fc.nat(200), fc.constantFrom("a", "b", "\\", "é", "\n"))
      .map(([size, place, other]) => {
        const text = "a".repeat(size);
        return place < size ? text.slice(0, place) + other + text.slice(place + 1) : text;
      });
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 12 }), (stream) => ledger.take(stream)),
      { numRuns: 5_000 },
    );
    expect(ledger.given).toBeGreaterThan(10_000);
  });

  test("when there are more than are remembered", () => {
    const ledger = new TokenLedger();
    const text = (number: number) => `${number} C:\\Windows\\${"x".repeat(number % 23)}`;
    for (let number = 0; number < 40_000; number += 20) {
      const stream = Array.from({ length: 20 }, (_, at) => text(number + at));
      ledger.take(stream);
      ledger.take(stream);
    }
    expect(ledger.generations).toBeGreaterThan(2);
    expect(ledger.given).toBeGreaterThan(30_000);
  });

  test("when they take more room than there is", () => {
    const ledger = new TokenLedger();
    for (let number = 0; number < 2_500; number++) {
      const stream = [`${number}${"y".repeat(4_000)}`, "same"];
      ledger.take(stream);
      ledger.take(stream);
    }
    expect(ledger.generations).toBeGreaterThan(2);
    expect(ledger.given).toBeGreaterThan(4_000);
  });

  test("those of two readers are told apart by the generation", () => {
    expect(new JsonLine().generation).not.toBe(new JsonLine().generation);
  });

  test("none for what is no string, too long, or has \\u escapes", () => {
    const raw = JSON.stringify({ a: 1, b: null, c: true, d: ["x"], e: "x".repeat(5_000), f: "\u0001" });
    for (let again = 0; again < 3; again++) {
      json.load(Buffer.from(`${raw}\n`));
      json.read(0);
      expect(json.members().map(({ node }) => json.tokenAt(node))).toEqual(Array.from({ length: 6 }, () => -1));
    }
  });
});
