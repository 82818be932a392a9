import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, type Json } from "./canonical.ts";
import { boundedDetails } from "./entry.ts";

const BOUNDS = { maxDepth: 5, maxItems: 50, maxTextChars: 1_000, maxDetailsChars: 8_192 };

describe("canonical JSON", () => {
  test("sorts keys by code unit at every depth and writes no white space", () => {
    expect(canonical({ b: [1, { z: null, a: "é" }], B: true, a: 1e21 })).toBe(
      '{"B":true,"a":1e+21,"b":[1,{"a":"é","z":null}]}',
    );
  });

  test("is the same text for the same value, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value as Json);
        expect(canonical(JSON.parse(text) as Json)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("details", () => {
  test("keep no secret, by name or by shape, at any depth", () => {
    const secret = "khien_ingest_c2VjcmV0LXNlY3JldC1zZWNyZXQ";
    const kept = canonical(
      boundedDetails(
        {
          password: "hunter2hunter2",
          newPassword: "hunter2hunter2",
          nested: { Authorization: "Bearer hunter2", list: [{ csrfToken: "hunter2" }] },
          text: `the caller sent ${secret} by mistake`,
          [secret]: 1,
          token: "hunter2",
          tokenId: "t-1",
        },
        BOUNDS,
      ),
    );
    expect(kept).not.toContain("hunter2");
    expect(kept).not.toContain("c2VjcmV0");
    expect(kept).toContain('"tokenId":"t-1"');
  });

  test("are bounded whatever comes in, and always JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ maxDepth: 6 })), (details) => {
        const text = canonical(boundedDetails(details, BOUNDS));
        expect(text.length).toBeLessThanOrEqual(BOUNDS.maxDetailsChars);
        expect(() => JSON.parse(text)).not.toThrow();
      }),
    );
    expect(boundedDetails({ list: Array.from({ length: 50 }, () => "x".repeat(900)) }, BOUNDS)).toMatchObject({
      truncated: true,
    });
  });

  test("of prototype keys stay plain members or vanish", () => {
    const kept = boundedDetails(JSON.parse('{"__proto__":{"admin":true},"constructor":1}'), BOUNDS);
    expect(Object.keys(kept)).toEqual(["constructor"]);
    expect((kept as { admin?: unknown }).admin).toBeUndefined();
  });
});
