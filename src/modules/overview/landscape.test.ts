import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadLandscapes } from "./landscape.ts";

const dir = fileURLToPath(new URL("../../../content/landscape/", import.meta.url));

test("the published figures load, say how they are known, and are shares", async () => {
  const { landscapes, problems } = await loadLandscapes(dir);
  expect(problems).toEqual([]);
  expect(landscapes[0]).toMatchObject({ publisher: "ENISA", read: "secondary", incidents: 4875 });
  const shares = landscapes[0]?.figures.map(({ id, share }) => [id, share]);
  expect(shares).toEqual([
    ["phishing", 0.6],
    ["exploitation", 0.213],
    ["ddos", 0.77],
  ]);
});

test("a file that is wrong is told of, and the newest report comes first", async () => {
  const made = await mkdtemp(join(tmpdir(), "khien-landscape-"));
  const report = (id: string, to: string, share: number): string =>
    `id: ${id}\npublisher: P\ntitle: T\nperiod: {from: '2020-01-01', to: '${to}'}\nincidents: 3\nread: primary\nfigures:\n` +
    `  - {id: f, title: F, titleVi: F, of: x, ofVi: x, share: ${share}, techniques: [T1566]}\n`;
  try {
    await writeFile(join(made, "a.yml"), report("older", "2021-12-31", 0.5));
    await writeFile(join(made, "b.yml"), report("newer", "2024-12-31", 0.5));
    await writeFile(join(made, "c.yml"), report("wrong", "2025-12-31", 60));
    const { landscapes, problems } = await loadLandscapes(made);
    expect(landscapes.map(({ id }) => id)).toEqual(["newer", "older"]);
    expect(problems).toMatchObject([{ code: "landscape.file.invalid", line: 1 }]);
    expect(problems[0]?.file).toContain("c.yml");
    expect(problems[0]?.message).toContain("figures.0.share");
  } finally {
    await rm(made, { recursive: true });
  }
});
