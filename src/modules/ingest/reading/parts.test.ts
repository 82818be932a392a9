import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { PART_BYTES } from "../limits.ts";
import { partsOf, readRange } from "./parts.ts";

const folder = mkdtempSync(join(tmpdir(), "khien-parts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function textOf(path: string, range: { start: number; end: number }): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readRange(path, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

test("every line is in one part, wherever the file is cut", async () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\r"), maxLength: 6 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), fc.array(fc.nat(80), { maxLength: 4 }), async (texts, ends, cuts) => {
      const path = join(folder, "cut");
      const whole = Buffer.from(texts.join("\n") + (ends ? "\n" : ""));
      writeFileSync(path, whole);
      const borders = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])].sort(
        (a, b) => a - b,
      );
      const parts: string[] = [];
      for (const [index, end] of borders.slice(1).entries())
        parts.push(await textOf(path, { start: borders[index] as number, end }));
      expect(parts.join("")).toBe(whole.toString("utf8"));
      const held = parts.filter((part) => part !== "");
      for (const part of held.slice(0, -1)) expect(part.endsWith("\n")).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("only large files of JSON lines are cut", async () => {
  const line = `${JSON.stringify({ text: "x".repeat(1_000) })}\n`;
  const large = line.repeat(Math.ceil((2.5 * PART_BYTES) / line.length));
  for (const [name, text, parts] of [
    ["large", large, 3],
    ["small", line, 1],
    ["plain", large.replaceAll("{", "("), 1],
    ["missing", undefined, 1],
  ] as const) {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    const found = await partsOf(path);
    expect(found).toHaveLength(parts);
    expect(found[0] === undefined).toBe(parts === 1);
  }
});
