/** Styles of a screen stay loaded when another is opened: what two screens call the same would look by who came first. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = import.meta.dirname;
const COMMENT = /\/\*.*?\*\//gsu;
/** Print has rules of its own for what belongs to others. */
const PRINT = /@media print \{(?:[^{}]*\{[^{}]*\})*\s*\}/gu;
const SELECTORS = /([^{}]+)\{/gu;
const ALONE = /^\.([a-z][\w-]*)$/u;

function ownClasses(css: string): Set<string> {
  const found = new Set<string>();
  for (const [, selectors = ""] of css.replaceAll(COMMENT, "").replaceAll(PRINT, "").matchAll(SELECTORS)) {
    for (const one of selectors.split(",")) {
      const name = ALONE.exec(one.trim())?.[1];
      if (name !== undefined) found.add(name);
    }
  }
  return found;
}

test("a class is styled by one file", () => {
  const owners = new Map<string, string[]>();
  for (const file of globSync("**/*.css", { cwd: ROOT })) {
    for (const name of ownClasses(readFileSync(join(ROOT, file), "utf8"))) {
      owners.set(name, [...(owners.get(name) ?? []), file]);
    }
  }
  expect(owners.size).toBeGreaterThan(300);
  expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
});
