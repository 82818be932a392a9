import { describe, expect, test } from "vitest";
import { parseSyslogHeader } from "./syslog-header.ts";

const RECEIVED = Date.UTC(2026, 10, 23);

describe("the clock of a BSD header", () => {
  test.each([
    ["<38>Nov 22 10:11:12.345 gw1 sshd[1]: x", "2026-11-22T10:11:12.345Z", "gw1"],
    ["<38>Nov  2 10:11:12.3456789 gw1 sshd[1]: x", "2026-11-02T10:11:12.345Z", "gw1"],
    ["Nov 22 2026 10:11:12.5 gw1 sshd[1]: x", "2026-11-22T10:11:12.500Z", "gw1"],
    ["<38>Nov 22 10:11:12 CET gw1 sshd[1]: x", "2026-11-22T09:11:12.000Z", "gw1"],
    ["<38>Nov 22 2026 10:11:12.5 EST: gw1 sshd[1]: x", "2026-11-22T15:11:12.500Z", "gw1"],
    ["<38>Nov 22 10:11:12 ICT gw1 sshd[1]: x", "2026-11-22T03:11:12.000Z", "gw1"],
    // A host may have any name in capitals.
    ["<38>Nov 22 10:11:12 GW sshd[1]: x", "2026-11-22T10:11:12.000Z", "GW"],
    ["<38>Nov 22 10:11:12 CST sshd[1]: x", "2026-11-22T10:11:12.000Z", "CST"],
  ])("%s", (line, time, host) => {
    const header = parseSyslogHeader(line, RECEIVED, 0);
    expect(new Date(header?.time ?? Number.NaN).toISOString()).toBe(time);
    expect(header).toMatchObject({ host, program: "sshd", message: "x" });
  });

  test("a host that is called like a zone, with its program behind, stays the host", () => {
    expect(parseSyslogHeader("<38>Nov 22 10:11:12 EST sshd[1]: x", RECEIVED, 0)).toMatchObject({
      host: "EST",
      program: "sshd",
      time: Date.UTC(2026, 10, 22, 10, 11, 12),
    });
  });
});
