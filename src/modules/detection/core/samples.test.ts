import { describe, expect, test } from "vitest";
import { samplesOf } from "./samples.ts";

const extras = (samples: unknown): Record<string, unknown> => ({ "x-khien": { samples } });

describe("samples", () => {
  test("of a rule are single records, taken as they are", () => {
    const { firing, silent } = samplesOf(extras({ firing: [{ format: "syslog", raw: "a {n}" }], silent: [] }));
    expect(firing).toEqual([{ format: "syslog", records: [{ atMs: 0, raw: "a {n}" }] }]);
    expect(silent).toEqual([]);
  });

  test("of a correlation are streams, each record with its moment", () => {
    const records = [
      { at: "1m", raw: "late {utc}" },
      { at: "0s", repeat: 2, every: "30s", raw: "{n} {iso} {unix} {syslog}" },
    ];
    const [sample] = samplesOf(extras({ firing: [{ format: "f", records }] })).firing;
    expect(sample?.records).toEqual([
      { atMs: 0, raw: "0 2026-11-18T09:14:05.000+07:00 1794968045.000000 Nov 18 09:14:05" },
      { atMs: 30_000, raw: "1 2026-11-18T09:14:35.000+07:00 1794968075.000000 Nov 18 09:14:35" },
      { atMs: 60_000, raw: "late 2026-11-18T02:15:05.000Z" },
    ]);
  });

  test.each([
    ["nothing", {}],
    ["no map", extras([])],
    ["no format", extras({ firing: [{ raw: "x" }] })],
    ["a moment nobody can read", extras({ firing: [{ format: "f", records: [{ at: "soon", raw: "x" }] }] })],
    ["a flood", extras({ firing: [{ format: "f", records: [{ repeat: 1e9, every: "1s", raw: "x" }] }] })],
  ])("%s gives none", (_, given) => {
    expect(samplesOf(given)).toEqual({ firing: [], silent: [] });
  });
});
