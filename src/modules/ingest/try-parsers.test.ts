import { describe, expect, test } from "vitest";
import { ManualClock } from "../../platform/clock/index.ts";
import { MAX_TRIAL_MS } from "./limits.ts";
import { tryParsers } from "./try-parsers.ts";

const CLOCK = new ManualClock(Date.UTC(2026, 10, 20));

describe("trying parsers on pasted lines", () => {
  test("tells parser, source, time and fields", () => {
    const [line] = tryParsers(
      { lines: ["<38>Nov 18 09:14:05 jump01 sshd[7]: Accepted password for lan from 192.0.2.7 port 51522 ssh2"] },
      CLOCK,
    ).items;
    expect(line).toMatchObject({
      parser: "sshd",
      defined: true,
      logsource: { product: "linux", category: null, service: "sshd" },
      time: "2026-11-18T09:14:05.000Z",
      host: "jump01",
      entities: { user: "lan", srcIp: "192.0.2.7", srcPort: 51_522 },
      failure: null,
      nearest: null,
    });
  });

  test("tells where the nearest pattern stopped", () => {
    const raw = "<38>Nov 18 09:14:05 jump01 sshd[7]: Accepted password for lan by 192.0.2.7";
    const [line] = tryParsers({ lines: [raw] }, CLOCK).items;
    expect(line).toMatchObject({
      parser: "syslog-3164",
      defined: false,
      nearest: { parser: "sshd", expected: " from " },
    });
    expect(raw.slice(line?.nearest?.at)).toBe("lan by 192.0.2.7");
    expect(tryParsers({ lines: ["??"] }, CLOCK).items[0]).toMatchObject({
      parser: null,
      failure: "parse.failure.unknown_format",
    });
  });

  test("tries a definition that is being written, or says what is wrong with it", () => {
    const draft = (pattern: string): string =>
      `name: gate\nlogsource: { product: gate }\npatterns:\n  - '${pattern}'\nsamples: []\n`;
    const [line] = tryParsers(
      { lines: ["gate 7 opened by lan"], definition: draft("gate <gate:int> opened by <user>") },
      CLOCK,
    ).items;
    expect(line).toMatchObject({ parser: "gate", fields: { gate: 7, user: "lan" }, entities: { user: "lan" } });
    const { items, problems } = tryParsers({ lines: ["x"], definition: draft("gate <gate:nothing>") }, CLOCK);
    expect(items).toEqual([]);
    expect(problems).toMatchObject([{ line: 4, code: "parser.pattern.wrong" }]);
  });

  test("leaves the rest out when the lines before took too long", () => {
    let asked = 0;
    const slow = { now: () => MAX_TRIAL_MS * asked++ };
    const { items, untried } = tryParsers({ lines: Array.from({ length: 9 }, () => "x") }, slow);
    expect(items.length).toBe(1);
    expect(untried).toBe(8);
  });

  test("a definition can be judged without lines", () => {
    const definition = "name: gate\nlogsource: { product: gate }\npatterns: ['gate <gate:int>']\n";
    expect(tryParsers({ lines: [], definition }, CLOCK)).toEqual({ items: [], problems: [], untried: 0 });
    expect(tryParsers({ lines: [], definition: "name: gate" }, CLOCK).problems.length).toBeGreaterThan(0);
  });
});
