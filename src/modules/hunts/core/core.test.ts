import { describe, expect, test } from "vitest";
import { parsePipeline, type TableColumn } from "../../lake/index.ts";
import { cellsAfter, type NotebookChange, problemOf } from "./notebook.ts";
import { type EventView, linkProcesses, processNumber, type ProcessRecord, processRecord } from "./processes.ts";
import { identityColumns, rowQuery } from "../row-identity.ts";
import { sessionOf } from "./sessions.ts";
import { nextRun } from "./timing.ts";

const at = (text: string) => Date.parse(text);

describe("timing", () => {
  test.each([
    [{ kind: "every", minutes: 15 } as const, "2026-11-22T09:07:00Z", "2026-11-22T09:15:00Z"],
    [{ kind: "every", minutes: 15 } as const, "2026-11-22T09:15:00Z", "2026-11-22T09:30:00Z"],
    // Seven in the morning in Hà Nội is midnight in UTC.
    [
      { kind: "daily", minuteOfDay: 420, utcOffsetMinutes: 420 } as const,
      "2026-11-22T09:07:00Z",
      "2026-11-23T00:00:00Z",
    ],
    [
      { kind: "daily", minuteOfDay: 1_380, utcOffsetMinutes: 420 } as const,
      "2026-11-22T09:07:00Z",
      "2026-11-22T16:00:00Z",
    ],
    [{ kind: "daily", minuteOfDay: 0, utcOffsetMinutes: 0 } as const, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"],
  ])("%j after %s", (timing, after, expected) => {
    expect(nextRun(timing, at(after))).toBe(at(expected));
  });
});

describe("row identity", () => {
  const columns = (names: string): TableColumn[] => names.split(" ").map((name) => ({ name, type: "text" }));
  const pipeline = (text: string) => {
    const parsed = parsePipeline(text);
    if (!parsed.ok) throw new Error(text);
    return parsed.pipeline;
  };

  test.each([
    ["a | stats count() by user, host | where count:>3", "user host count", ["user", "host"]],
    ["a | stats count() by host span 1d", "time host count", ["time", "host"]],
    ["a | top user by host", "host user count share", ["host", "user"]],
    ["a | stats count() by user | fields count", "count", []],
    ["a | sequence by host within 1h [b] [c]", "host first last seconds first_id last_id ids", ["ids"]],
    ["a | fields host, user", "host user", ["host", "user"]],
  ])("%s", (text, names, expected) => {
    expect(identityColumns(pipeline(text), columns(names))).toEqual(expected);
  });

  test("leads back to the events of a row", () => {
    const text = "EventID:4625 | stats count() by user, host | where count:>3";
    const row = [
      { name: "user", value: "lan" },
      { name: "host", value: null },
      { name: "count", value: 4 },
    ];
    expect(rowQuery(pipeline(text), row)).toEqual(pipeline("EventID:4625 user:lan not host:*").filter);
  });
});

describe("notebooks", () => {
  const text = (markdown: string) => ({ kind: "text", markdown }) as const;
  const changes: NotebookChange[] = [
    { op: "add", cell: "a", after: null, content: text("1") },
    { op: "add", cell: "b", after: "a", content: text("2") },
    { op: "add", cell: "c", after: null, content: text("3") },
    { op: "move", cell: "a", after: "b" },
    { op: "edit", cell: "b", content: text("4") },
    { op: "remove", cell: "c" },
    { op: "title", title: "t" },
  ];
  const entries = changes.map((change, index) => ({ seq: index + 1, change }));

  test("a page is the sum of its entries, at any of them", () => {
    const ids = (count: number) => cellsAfter(entries.slice(0, count)).map(({ id }) => id);
    expect([1, 2, 3, 4, 7].map(ids)).toEqual([["a"], ["a", "b"], ["c", "a", "b"], ["c", "b", "a"], ["b", "a"]]);
    expect(cellsAfter(entries)[0]).toEqual({ id: "b", content: text("4"), entry: 5 });
  });

  test("what does not fit is refused", () => {
    const cells = cellsAfter(entries);
    expect(problemOf(cells, { op: "edit", cell: "z", content: text("") }, 10)).toBe("cell_missing");
    expect(problemOf(cells, { op: "add", cell: "a", after: null, content: text("") }, 10)).toBe("cell_known");
    expect(problemOf(cells, { op: "add", cell: "d", after: "z", content: text("") }, 10)).toBe("cell_missing");
    expect(problemOf(cells, { op: "add", cell: "d", after: null, content: text("") }, 2)).toBe("too_many_cells");
    expect(problemOf(cells, { op: "move", cell: "a", after: null }, 2)).toBeUndefined();
  });
});

describe("processes", () => {
  const view = (fields: Record<string, string>, time = 1, host = "pc"): EventView => ({
    id: `${time}`,
    time,
    host,
    field: (name) => Object.entries(fields).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1],
  });

  test("every source tells the same thing", () => {
    const sysmon = processRecord(
      view({
        EventID: "1",
        ProcessGuid: "{B}",
        ProcessId: "420",
        Image: "cmd.exe",
        ParentProcessGuid: "{A}",
        ParentProcessId: "7",
        ParentImage: "explorer.exe",
        User: "lan",
      }),
    );
    expect(sysmon).toMatchObject({
      kind: "start",
      pid: 420,
      guid: "{B}",
      parentGuid: "{A}",
      parentPid: 7,
      image: "cmd.exe",
    });
    const security = processRecord(
      view({
        EventID: "4688",
        NewProcessId: "0x1a4",
        NewProcessName: "cmd.exe",
        ProcessId: "0x7",
        SubjectUserName: "lan",
      }),
    );
    expect(security).toMatchObject({ kind: "start", pid: 420, parentPid: 7, image: "cmd.exe", user: "lan" });
    const audit = processRecord(
      view({ type: "SYSCALL", syscall: "59", pid: "420", ppid: "7", exe: "/bin/sh", proctitle: "sh -i" }),
    );
    expect(audit).toMatchObject({ kind: "start", pid: 420, parentPid: 7, image: "/bin/sh", commandLine: "sh -i" });
    expect(processRecord(view({ EventID: "4689", ProcessId: "0x1a4", ProcessName: "cmd.exe" }))).toMatchObject({
      kind: "end",
      pid: 420,
    });
    expect(processRecord(view({ EventID: "3", ProcessId: "420", Image: "cmd.exe" }))).toBeUndefined();
    expect(processNumber("4294967296000")).toBeUndefined();
  });

  const start = (time: number, pid: number, parentPid: number, more: Partial<ProcessRecord> = {}): ProcessRecord => ({
    kind: "start",
    eventId: `s${time}`,
    time,
    host: "pc",
    pid,
    guid: undefined,
    image: "x",
    commandLine: undefined,
    user: undefined,
    parentPid,
    parentGuid: undefined,
    parentImage: undefined,
    ...more,
  });
  const end = (time: number, pid: number): ProcessRecord => ({
    ...start(time, pid, 0),
    kind: "end",
    eventId: `e${time}`,
  });

  test("a number used again is another process", () => {
    const nodes = linkProcesses([
      start(10, 5, 1),
      start(20, 6, 5),
      end(30, 5),
      start(40, 7, 5),
      start(50, 5, 1),
      start(60, 8, 5),
    ]);
    const parents = Object.fromEntries(nodes.map(({ eventId, parent }) => [eventId, parent]));
    // 40 began while 5 was nobody's; 60 belongs to the second process of that number.
    expect(parents).toMatchObject({ s20: "s10", s40: undefined, s60: "s50" });
    expect(nodes.find(({ eventId }) => eventId === "s10")?.endedAt).toBe(30);
  });

  test("the process's own id is stronger than its number; hosts do not mix", () => {
    const nodes = linkProcesses([
      start(10, 5, 1, { guid: "{A}" }),
      start(20, 5, 1, { guid: "{B}" }),
      start(30, 9, 5, { guid: "{C}", parentGuid: "{a}" }),
      start(40, 9, 5, { host: "other" }),
    ]);
    expect(nodes.map(({ parent }) => parent)).toEqual([undefined, undefined, "s10", undefined]);
  });
});

describe("sessions", () => {
  const view = (fields: Record<string, string>): EventView => ({
    id: "1",
    time: 1,
    host: "pc",
    field: (name) => fields[name],
  });

  test.each([
    [{ TargetLogonId: "0x3e7", SubjectLogonId: "0xabc" }, "windows", "0xabc"],
    [{ ses: "3" }, "auditd", "3"],
    [{ ses: "4294967295" }, undefined, undefined],
    [{ program: "sshd", pid: "77" }, "sshd", "77"],
    [{ program: "cron", pid: "77" }, undefined, undefined],
  ])("%j", (fields, kind, value) => {
    const session = sessionOf(view(fields as Record<string, string>));
    expect([session?.kind, session?.value]).toEqual([kind, value]);
  });
});
