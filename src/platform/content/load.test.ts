import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ContentFile, type Judged, loadContent } from "./index.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-content-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (path: string, content: string | Uint8Array) => {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), content);
};
const whole = (file: ContentFile): Judged<ContentFile> => ({ items: [file], problems: [] });
const load = (limits = {}) => loadContent({ dir, extension: [".yml", ".yaml"], parse: whole, limits });

describe("a content folder", () => {
  test("is read in the order of its paths, other and hidden files passed over", async () => {
    put("b.yml", "2");
    put("a/z.YAML", "\uFEFF1");
    put("notes.txt", "x");
    put(".git/c.yml", "x");
    const { items, problems, files } = await load();
    expect(items).toEqual([
      { path: "a/z.YAML", text: "1" },
      { path: "b.yml", text: "2" },
    ]);
    expect(problems).toEqual([]);
    expect(files).toBe(2);
  });

  test("keeps the good files when others are rejected, and says where", async () => {
    put("bad.yml", "nope");
    put("good.yml", "fine");
    const { items, problems } = await loadContent({
      dir,
      extension: ".yml",
      parse: ({ path, text }) =>
        text === "fine"
          ? { items: [path], problems: [] }
          : { items: [], problems: [{ file: path, line: 1, code: "x.y", message: "no" }] },
    });
    expect(items).toEqual(["good.yml"]);
    expect(problems).toEqual([{ file: "bad.yml", line: 1, code: "x.y", message: "no" }]);
  });

  test("that is missing is a problem, not a crash", async () => {
    const { problems } = await loadContent({ dir: join(dir, "nowhere"), extension: ".yml", parse: whole });
    expect(problems.map(({ code }) => code)).toEqual(["content.folder.missing"]);
  });
});

describe("hostile folders", () => {
  test("links out of the folder are refused, linked folders are not entered, links inside are followed", async () => {
    put("real.yml", "r");
    const outside = mkdtempSync(join(tmpdir(), "khien-outside-"));
    writeFileSync(join(outside, "secret.yml"), "s");
    symlinkSync(join(outside, "secret.yml"), join(dir, "leak.yml"));
    symlinkSync(outside, join(dir, "linked"));
    symlinkSync(dir, join(dir, "circle"));
    symlinkSync("real.yml", join(dir, "same.yml"));
    symlinkSync("gone", join(dir, "broken.yml"));
    const { items, problems } = await load();
    rmSync(outside, { recursive: true });
    expect(items.map(({ path }) => path)).toEqual(["real.yml", "same.yml"]);
    expect(problems.map(({ file, code }) => `${file} ${code}`)).toEqual([
      "broken.yml content.file.unreadable",
      "leak.yml content.file.outside",
    ]);
  });

  test("size, number, depth and sum are bounded, each with its own complaint", async () => {
    put("big.yml", "x".repeat(101));
    put("d1/d2/d3/deep.yml", "x");
    put("ok.yml", "x");
    expect((await load({ fileBytes: 100, depth: 2 })).problems.map(({ code }) => code)).toEqual([
      "content.folder.too_deep",
      "content.file.too_large",
    ]);
    expect((await load({ totalBytes: 101 })).problems.map(({ file }) => file)).toEqual(["d1/d2/d3/deep.yml", "ok.yml"]);
    const few = await load({ files: 2 });
    expect(few.items).toHaveLength(2);
    expect(few.problems.map(({ code }) => code)).toEqual(["content.folder.too_many"]);
  });

  test("bytes that are no text are refused", async () => {
    put("bin.yml", Uint8Array.of(0x61, 0xff, 0xfe));
    expect((await load()).problems.map(({ code }) => code)).toEqual(["content.file.not_utf8"]);
  });
});
