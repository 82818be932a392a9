import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { sharedData } from "../../../test/shared-data.ts";
import type { EventId, KhienEvent } from "../../kernel/index.ts";
import { parseRecord } from "./parsers.ts";
import type { ReadProblem } from "./reading/source.ts";
import { readFileBatches } from "./reading/source.ts";

const RECEIVED = Date.UTC(2026, 10, 21);
const securityDatasets = sharedData("detection/security-datasets");
const evtxSamples = sharedData("detection/evtx-samples");
const otherLogs = sharedData("detection/other-logs");
const loghub = sharedData("detection/log-parsing/loghub/loghub-2k.tar.gz");
const cloudSamples = sharedData("detection/cloud-samples/events.ndjson.gz");

interface Tally {
  events: number;
  raw: number;
  timeMissing: number;
  readonly sources: Map<string, number>;
  readonly problems: ReadProblem[];
}

async function tally(path: string, each?: (event: KhienEvent) => void): Promise<Tally> {
  const result: Tally = { events: 0, raw: 0, timeMissing: 0, sources: new Map(), problems: [] };
  for await (const batch of readFileBatches(path, { onProblem: (problem) => result.problems.push(problem) })) {
    for (const { raw, format } of batch) {
      const event = parseRecord({ id: "" as EventId, door: "file", sensor: "s", receivedAt: RECEIVED, raw, format });
      const { product = "", service = "" } = event.logsource;
      result.events++;
      if (event.format === "raw") result.raw++;
      if (event.timeMissing === true) result.timeMissing++;
      result.sources.set(`${product}/${service}`, (result.sources.get(`${product}/${service}`) ?? 0) + 1);
      each?.(event);
    }
  }
  return result;
}

function unpackTar(archive: string, flag: "z" | "J"): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "khien-ingest-"));
  execFileSync("tar", [`x${flag}f`, archive, "-C", folder]);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

describe("real data (skipped when the outside test data is not there)", () => {
  test.skipIf(securityDatasets === undefined)(
    "security-datasets: every line is an event",
    { timeout: 120_000 },
    async () => {
      const root = securityDatasets ?? "";
      const files = [root, join(root, "throughput")].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith(".ndjson.gz") && !name.startsWith("oracle"))
          .map((name) => join(folder, name)),
      );
      let events = 0;
      for (const file of files) {
        const result = await tally(file);
        expect(result).toMatchObject({ raw: 0, timeMissing: 0, problems: [] });
        events += result.events;
      }
      expect([files.length, events]).toEqual([44, 97_320]);
    },
  );

  test.skipIf(evtxSamples === undefined)("evtx-samples: every record of 343 files", { timeout: 120_000 }, async () => {
    const root = evtxSamples ?? "";
    const { folder, remove } = unpackTar(join(root, "evtx.tar.xz"), "J");
    try {
      const manifest = JSON.parse(readFileSync(join(root, "manifest.json"), "utf8")) as {
        files: { evtx_file: string; events: number; record_errors: number }[];
      };
      for (const { evtx_file, events, record_errors } of manifest.files) {
        const result = await tally(join(folder, evtx_file));
        // The reference readers failed on some records; all of those are read here.
        expect([evtx_file, result.events, result.raw, result.problems]).toEqual([
          evtx_file,
          events + record_errors,
          0,
          [],
        ]);
      }
      expect(manifest.files).toHaveLength(343);
    } finally {
      remove();
    }
  });

  test.skipIf(evtxSamples === undefined)(
    "evtx-samples as nested JSON: no record stays raw",
    { timeout: 120_000 },
    async () => {
      const result = await tally(join(evtxSamples ?? "", "events.ndjson.gz"));
      expect(result).toMatchObject({ events: 8_594, raw: 0, timeMissing: 0, problems: [] });
    },
  );

  test.skipIf(otherLogs === undefined)("other logs: Zeek, audit, CloudTrail, Azure AD, Office 365", async () => {
    const root = otherLogs ?? "";
    const sources = new Map<string, number>();
    for (const name of readdirSync(root)) {
      const result = await tally(join(root, name));
      expect([name, result.raw, result.timeMissing, result.problems]).toEqual([name, 0, 0, []]);
      for (const [source, count] of result.sources) sources.set(source, (sources.get(source) ?? 0) + count);
    }
    expect(sources.get("linux/auditd")).toBe(53);
    expect(sources.get("aws/cloudtrail")).toBe(103);
    expect(sources.get("azure/auditlogs")).toBe(4);
    expect(sources.get("m365/audit")).toBe(1);
    expect(sources.get("zeek/dns")).toBe(53 + 147 + 149 + 2872 + 2312 + 1523);
    expect([...sources.keys()].filter((source) => source.startsWith("zeek/"))).not.toContain("zeek/");
  });

  test.skipIf(loghub === undefined)(
    "loghub: every OpenSSH line is sshd's with an action or a known phrase",
    async () => {
      const { folder, remove } = unpackTar(loghub ?? "", "z");
      try {
        let read = 0;
        const ssh = await tally(join(folder, "OpenSSH/OpenSSH_2k.log"), (event) => {
          if (event.fields["action"] !== undefined) read++;
        });
        expect(ssh.sources).toEqual(new Map([["linux/sshd", 2_000]]));
        // The rest are phrases without an address or a user ("Connection closed", "input_userauth_request").
        expect(read).toBeGreaterThan(1_700);
        expect((await tally(join(folder, "Mac/Mac_2k.log"))).raw).toBe(0);
      } finally {
        remove();
      }
    },
  );

  test.skipIf(cloudSamples === undefined)("cloud samples: the big services get their log source", () => {
    const wanted: Record<string, RegExp> = {
      "AWS.CloudTrail": /^aws-cloudtrail$/,
      "Azure.MonitorActivity": /^azure$/,
      "GCP.AuditLog": /^gcp-audit$/,
      "Okta.SystemLog": /^okta$/,
      "GitHub.Audit": /^github-audit$/,
    };
    const hits = new Map<string, [number, number]>();
    for (const line of gunzipSync(readFileSync(cloudSamples ?? ""))
      .toString()
      .trimEnd()
      .split("\n")) {
      const { log_types, event } = JSON.parse(line) as { log_types: string[] | null; event: unknown };
      const type = log_types?.[0] ?? "";
      const raw = JSON.stringify(event);
      const parsed = parseRecord({ id: "" as EventId, door: "file", sensor: "s", receivedAt: RECEIVED, raw });
      expect(parsed.format).not.toBe("raw");
      const count = hits.get(type) ?? [0, 0];
      hits.set(type, [count[0] + (wanted[type]?.test(parsed.format) === true ? 1 : 0), count[1] + 1]);
    }
    const share = (type: string): number => (hits.get(type)?.[0] ?? 0) / (hits.get(type)?.[1] ?? 1);
    // Many samples are cut down to the one field their rule looks at; those stay generic JSON.
    expect(share("AWS.CloudTrail")).toBeGreaterThan(0.95);
    expect(share("Azure.MonitorActivity")).toBeGreaterThan(0.9);
    expect(share("GCP.AuditLog")).toBeGreaterThan(0.8);
    expect(share("GitHub.Audit")).toBeGreaterThan(0.65);
  });
});
