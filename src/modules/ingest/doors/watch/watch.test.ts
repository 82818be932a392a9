import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sharedData } from "../../../../../test/shared-data.ts";
import { Fault, type JournalRecord } from "../../../../kernel/index.ts";
import { systemClock } from "../../../../platform/clock/index.ts";
import { silentLog } from "../../../../platform/log/index.ts";
import { readSource } from "../../reading/source.ts";
import { DoorCounters } from "../counters.ts";
import { EventXmlSplitter } from "./event-xml.ts";
import { FolderWatch, type WatchOptions } from "./watch.ts";

const evtxSamples = sharedData("detection/evtx-samples");
let root = "";
let logs = "";
let positionsFile = "";
let records: JournalRecord[] = [];
let open: FolderWatch[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "khien-watch-"));
  logs = join(root, "logs");
  mkdirSync(logs);
  positionsFile = join(root, "positions.json");
  records = [];
});
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
  rmSync(root, { recursive: true });
});

async function start(options: Partial<WatchOptions> = {}): Promise<FolderWatch> {
  const watch = await FolderWatch.open({
    folders: [{ sensor: "web-1", path: logs }],
    positionsFile,
    sink: async (batch) => void records.push(...batch),
    clock: systemClock,
    counters: new DoorCounters(),
    log: silentLog,
    pollMs: 10,
    settledMs: 40,
    ...options,
  });
  open.push(watch);
  return watch;
}

async function stop(watch: FolderWatch): Promise<void> {
  open = open.filter((one) => one !== watch);
  await watch.close();
}

/** Texts of distinct events, as the lake keeps them. */
const events = () => [...new Map(records.map((record) => [record.id, record.raw])).values()];
const file = (name: string) => join(logs, name);
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await sleep(10);
  expect(holds()).toBe(true);
}
const have = (lines: readonly string[]) =>
  until(() => events().length >= lines.length).then(() => expect(events().sort()).toEqual([...lines].sort()));

describe("following", () => {
  test("what is there and what is added; the last line waits for its end", async () => {
    writeFileSync(file("app.log"), "one\r\ntwo\nthr");
    await start();
    await have(["one", "two"]);
    appendFileSync(file("app.log"), "ee\n\nfour\n");
    await have(["one", "two", "three", "four"]);
    expect(records).toHaveLength(4);
    expect(records[0]).toMatchObject({ door: "watch", sensor: "web-1", raw: "one" });
  });

  test("folders below, new files, several at once; hidden and unfinished ones are left alone", async () => {
    mkdirSync(file("deep"));
    writeFileSync(join(file("deep"), "a.log"), "a\n");
    writeFileSync(file(".hidden"), "no\n");
    writeFileSync(file("upload.part"), "no\n");
    await start();
    await have(["a"]);
    writeFileSync(file("b.log"), "b\n");
    renameSync(file("upload.part"), file("upload.log"));
    await have(["a", "b", "no"]);
  });

  test("equal lines are distinct events", async () => {
    writeFileSync(file("app.log"), "same\nsame\n");
    await start();
    await until(() => records.length === 2);
    expect(events()).toEqual(["same", "same"]);
  });

  test("audit records of one event are one, after a pause when its end is missing", async () => {
    writeFileSync(file("audit.log"), "type=SYSCALL msg=audit(1.0:8): a=1\ntype=EXECVE msg=audit(1.0:8): argc=1\n");
    await start();
    await until(() => records.length === 1);
    expect(records[0]?.raw.split("\n")).toHaveLength(2);
  });

  test("a line that is too long is counted and passed over", async () => {
    const counters = new DoorCounters();
    writeFileSync(file("app.log"), `one\n${"x".repeat(6 * 1024 * 1024)}\ntwo\n`);
    await start({ counters });
    await have(["one", "two"]);
    expect(counters.list()).toMatchObject([{ door: "watch", sensor: "web-1", accepted: 2, rejected: 1 }]);
  });

  test("while the journal refuses nothing is passed over", async () => {
    let refusals = 2;
    writeFileSync(file("app.log"), text(numbered(0, 3_000)));
    await start({
      sink: async (batch) => {
        if (refusals-- > 0) throw new Fault("busy", "lake.journal.busy", "busy");
        records.push(...batch);
      },
    });
    await have(numbered(0, 3_000));
    expect(records).toHaveLength(3_000);
  });
});

describe("rotation", () => {
  test("by renaming: the rest of the old one, then the new one", async () => {
    writeFileSync(file("app.log"), text(numbered(0, 10)));
    await start();
    await have(numbered(0, 10));
    appendFileSync(file("app.log"), text(numbered(10, 12)));
    renameSync(file("app.log"), file("app.log.1"));
    writeFileSync(file("app.log"), text(numbered(12, 15)));
    await have(numbered(0, 15));
    expect(records).toHaveLength(15);
  });

  test("by copying and truncating: the copy is not read again, its unread rest is", async () => {
    writeFileSync(file("app.log"), text(numbered(0, 10)));
    await start();
    await have(numbered(0, 10));
    appendFileSync(file("app.log"), text(numbered(10, 12)));
    copyFileSync(file("app.log"), file("app.log.1"));
    truncateSync(file("app.log"));
    appendFileSync(file("app.log"), text(numbered(12, 14)));
    await have(numbered(0, 14));
  });

  test("truncated and grown beyond where it was, between two looks", async () => {
    writeFileSync(file("app.log"), text(numbered(0, 3)));
    const watch = await start();
    await have(numbered(0, 3));
    await stop(watch);
    writeFileSync(file("app.log"), text(numbered(3, 9)));
    await start();
    await have(numbered(0, 9));
  });

  test("packed after rotation: only what was not read of it", async () => {
    writeFileSync(file("app.log"), text(numbered(0, 200)));
    const watch = await start();
    await have(numbered(0, 200));
    await stop(watch);
    appendFileSync(file("app.log"), `${text(numbered(200, 205))}line 205`);
    writeFileSync(file("app.log.1.gz"), gzipSync(readFileSync(file("app.log"))));
    unlinkSync(file("app.log"));
    await start();
    await have(numbered(0, 206));
    expect(records).toHaveLength(206);
  });

  test("a packed file nobody knew is read from its beginning", async () => {
    writeFileSync(file("old.log.gz"), gzipSync(text(numbered(0, 5))));
    await start();
    await have(numbered(0, 5));
  });
});

describe("restart", () => {
  test("goes on where it was", async () => {
    writeFileSync(file("app.log"), text(numbered(0, 50)));
    const watch = await start();
    await have(numbered(0, 50));
    await stop(watch);
    appendFileSync(file("app.log"), text(numbered(50, 60)));
    await start();
    await have(numbered(0, 60));
    expect(records).toHaveLength(60);
  });

  test("after a crash what is read again has the same ids", async () => {
    writeFileSync(file("app.log"), "first\n");
    const watch = await start();
    await have(["first"]);
    await stop(watch);
    const before = readFileSync(positionsFile);
    appendFileSync(file("app.log"), text(numbered(0, 20)));
    const second = await start();
    await have(["first", ...numbered(0, 20)]);
    await stop(second);
    writeFileSync(positionsFile, before);
    renameSync(file("app.log"), file("app.log.1"));
    await start();
    await until(() => records.length === 41);
    expect(events()).toHaveLength(21);
  });

  test("damaged positions stop the start with their name", async () => {
    writeFileSync(positionsFile, "{");
    await expect(start()).rejects.toMatchObject({ code: "ingest.watch.positions" });
  });
});

describe("whole files", () => {
  const event = (n: number) =>
    `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><EventRecordID>${n}</EventRecordID></System>\n<EventData/></Event>`;

  test("an XML export, once it is left alone", async () => {
    writeFileSync(file("forwarded.xml"), `<?xml version="1.0"?><Events>${event(1)}\n  ${event(2)}`);
    await start();
    await sleep(20);
    appendFileSync(file("forwarded.xml"), `${event(3)}</Events>`);
    await have([event(1), event(2), event(3)]);
    expect(records).toHaveLength(3);
  });

  test.skipIf(evtxSamples === undefined)(
    "real event logs, every record once, also after a restart (needs the shared samples)",
    { timeout: 120_000 },
    async () => {
      const samples = evtxSamples ?? "";
      execFileSync("tar", ["-xJf", join(samples, "evtx.tar.xz"), "-C", logs]);
      let total = 0;
      for await (const _record of readSource(logs)) total++;
      expect(total).toBeGreaterThan(8_000);
      const watch = await start({ settledMs: 0 });
      for (let i = 0; i < 1_000 && records.length < total; i++) await sleep(50);
      await stop(watch);
      expect(events()).toHaveLength(total);
      await start({ settledMs: 0 });
      await sleep(500);
      expect(records).toHaveLength(total);
      expect(records[0]).toMatchObject({ door: "watch", format: "evtx" });
    },
  );

  test("a JSON array, UTF-16 text, a damaged packed file beside them", async () => {
    writeFileSync(file("a.json"), '[{"a":1},\n{"a":2}]');
    writeFileSync(file("b.txt"), Buffer.from("\ufeffxin chào\nbạn\n", "utf16le"));
    writeFileSync(file("c.gz"), gzipSync(text(numbered(0, 1_000))).subarray(0, 200));
    const counters = new DoorCounters();
    await start({ counters });
    await until(() => events().includes("bạn") && events().includes('{"a":2}'));
    writeFileSync(file("d.log"), "still here\n");
    await until(() => events().includes("still here"));
  });

  test("any cutting of the bytes gives the same events", () => {
    const whole = Buffer.from(`<Events><EventData>x</EventData>${event(1)}<Event >đ</Event><Events>${event(2)}<Event `);
    const cut = (cuts: readonly number[]) => {
      const splitter = new EventXmlSplitter();
      const ends = [...cuts, whole.length].sort((a, b) => a - b);
      return [...ends.flatMap((end, i) => splitter.push(whole.subarray(ends[i - 1] ?? 0, end))), ...splitter.end()];
    };
    expect(cut([]).map((line) => ("text" in line ? line.text : line.problem))).toEqual([
      event(1),
      "<Event >đ</Event>",
      event(2),
      "json.truncated",
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 20 }), (cuts) => {
        expect(cut(cuts)).toEqual(cut([]));
      }),
    );
  });

  test("an endless event costs its bytes, not memory, and the next one is read", () => {
    const splitter = new EventXmlSplitter(100);
    const lines = [
      ...splitter.push(Buffer.from("<Event >")),
      ...Array.from({ length: 100 }, () => splitter.push(Buffer.alloc(50, 0x78))).flat(),
      ...splitter.push(Buffer.from("</Event><Event >1</Event>")),
    ];
    expect(lines.map((line) => ("text" in line ? line.text : line.problem))).toEqual([
      "line.too_long",
      "<Event >1</Event>",
    ]);
  });
});

test("whatever happens to the files, in any order and with restarts: every line once", async () => {
  const step = fc.constantFrom("append", "append", "rotate", "copytruncate", "pack", "restart", "look");
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      run++;
      records = [];
      logs = join(root, `logs-${run}`);
      positionsFile = join(root, `positions-${run}.json`);
      mkdirSync(logs);
      const written: string[] = [];
      const add = (count: number) => {
        const lines = numbered(written.length, written.length + count);
        appendFileSync(file("app.log"), text(lines));
        written.push(...lines);
      };
      let rotated = 0;
      add(30);
      let watch = await start({ pollMs: 2, settledMs: 0 });
      await have(written);
      for (const what of steps) {
        if (what === "append") add(7);
        if (what === "restart") {
          await stop(watch);
          watch = await start({ pollMs: 2, settledMs: 0 });
        }
        // Between rotations everything is seen once: nobody can read what was there for an instant only.
        if (what !== "append" && what !== "restart") await have(written);
        if (what === "rotate") {
          renameSync(file("app.log"), file(`app.log.${++rotated}`));
          add(5);
        }
        if (what === "copytruncate") {
          copyFileSync(file("app.log"), file(`app.log.${++rotated}`));
          truncateSync(file("app.log"));
          add(5);
        }
        if (what === "pack" && rotated > 0) {
          const name = file(`app.log.${rotated--}`);
          writeFileSync(`${name}.${run}.tmp`, gzipSync(readFileSync(name)));
          renameSync(`${name}.${run}.tmp`, `${name}.${written.length}.gz`);
          unlinkSync(name);
        }
      }
      await have(written);
      await stop(watch);
      expect(events()).toHaveLength(written.length);
    }),
    { numRuns: 25, seed: 7 },
  );
}, 60_000);
