import { describe, expect, test } from "vitest";
import type { ProcessNode } from "../../api/investigation-types.ts";
import { programName, SIBLINGS_SHOWN, type TreeRow, treeRows } from "./rows.ts";

const NOTHING = { collapsed: new Set<string>(), unfolded: new Set<string>(), kept: new Set<string>() };

function started(eventId: string, parent: string | null, second: number): ProcessNode {
  return {
    eventId,
    parent,
    startedAt: new Date(Date.UTC(2026, 10, 21) + second * 1_000).toISOString(),
    endedAt: null,
    host: "pc",
    pid: second,
    guid: null,
    image: null,
    commandLine: null,
    user: null,
    parentPid: null,
    parentImage: null,
  };
}

const drawn = (rows: readonly TreeRow[]) =>
  rows.map((row) => `${row.lines.map((line) => (line ? "|" : ".")).join("")}${row.isLast ? "L" : "+"}${row.key}`);

describe("a tree of processes as rows", () => {
  const family = [started("a", null, 0), started("b", "a", 1), started("c", "b", 2), started("d", "a", 3)];

  test("children stand under their parents in order of time, with the lines that lead to them", () => {
    expect(drawn(treeRows(family.toReversed(), NOTHING))).toEqual(["La", ".+b", ".|Lc", ".Ld"]);
  });

  test("a parent that is not there makes a root; a folded parent says how many are under it", () => {
    const rows = treeRows([...family, started("x", "gone", 9)], { ...NOTHING, collapsed: new Set(["a"]) });
    expect(drawn(rows)).toEqual(["+a", "Lx"]);
    expect(rows[0]).toMatchObject({ kind: "process", expanded: false, children: 2, descendants: 3 });
  });

  test("of many siblings the rest is folded and counted, but never what was asked for", () => {
    const many = Array.from({ length: 40 }, (_, at) => started(`n${at}`, "a", at + 1));
    const all = [started("a", null, 0), ...many, started("deep", "n39", 99)];
    const rows = treeRows(all, { ...NOTHING, kept: new Set(["deep"]) });
    expect(rows.at(-1)).toMatchObject({ kind: "more", parent: "a", hidden: 40 - SIBLINGS_SHOWN - 1 });
    expect(rows.map(({ key }) => key)).toContain("deep");
    expect(treeRows(all, { ...NOTHING, unfolded: new Set(["a"]) })).toHaveLength(42);
  });

  test("the name of a program is the end of its path", () => {
    expect(["C:\\Windows\\cmd.exe", "/usr/bin/ssh", "x", null].map(programName)).toEqual(["cmd.exe", "ssh", "x", ""]);
  });
});
