import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage } from "./content.ts";
import { deliveredIn } from "./jetstream.ts";
import { checkSecrecy, credentialsIn, natsServers } from "./servers.ts";
import { SequenceRuns } from "./sequences.ts";

describe("runs of sequences", () => {
  test("any deliveries: what was added is known, what was never delivered is not", () => {
    // Messages of the stream that match, in order; some deliveries fail and come again later.
    const delivery = fc.record({ gap: fc.integer({ min: 1, max: 4 }), fails: fc.boolean() });
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 60 }), (deliveries) => {
        const runs = new SequenceRuns([], 1_000);
        const known = new Set<number>();
        const failed: number[] = [];
        let sequence = 0;
        let number = 0;
        for (const { gap, fails } of deliveries) {
          sequence += gap;
          number++;
          if (fails) failed.push(sequence);
          else {
            runs.add({ sequence, delivery: number, again: false });
            known.add(sequence);
          }
        }
        for (const one of failed) expect(runs.has(one)).toBe(false);
        for (const one of known) expect(runs.has(one)).toBe(true);
        for (const one of failed) runs.add({ sequence: one, delivery: ++number, again: true });
        for (const one of [...known, ...failed]) expect(runs.has(one)).toBe(true);
        expect(runs.has(sequence + 1)).toBe(false);
        const list = runs.list();
        list.forEach(([from, to], i) => expect(from <= to && from > (list[i - 1]?.[1] ?? -1) + 1).toBe(true));
      }),
    );
  });

  test("a filter's gaps make no runs; beyond the bound the lowest are forgotten", () => {
    const runs = new SequenceRuns([], 3);
    for (let n = 1; n <= 100; n++) runs.add({ sequence: n * 7, delivery: n, again: false });
    expect(runs.list()).toEqual([[7, 700]]);
    for (const sequence of [800, 900, 1_000]) runs.add({ sequence, delivery: sequence, again: true });
    expect(runs.list()).toEqual([
      [800, 800],
      [900, 900],
      [1_000, 1_000],
    ]);
  });
});

describe("content of a message", () => {
  test.each([
    ["a line", "<13>hello", ["<13>hello"]],
    ["lines", "one\r\n\ntwo\n", ["one", "two"]],
    ["objects in a row, in any layout", '{"a":1} {"a":\n2}', ['{"a":1}', '{"a":\n2}']],
    ["a list", ' [{"a":1},\n{"a":2}]', ['{"a":1}', '{"a":2}']],
    ["a broken object is a line", '{"a":', ['{"a":']],
    ["text behind an object is lines", '{"a":1}\nhello {', ['{"a":1}', "hello {"]],
    ["a bracket that is no list", "[warn] disk\nfull", ["[warn] disk", "full"]],
    ["an audit event is one record", "type=SYSCALL msg=audit(1.0:8): a=1\ntype=EOE msg=audit(1.0:8):", 1],
  ])("%s", (_what, text, expected) => {
    const { records, rejected } = readMessage(Buffer.from(text));
    expect(rejected).toEqual([]);
    if (typeof expected === "number") expect(records).toHaveLength(expected);
    else expect(records.map(({ raw }) => raw)).toEqual(expected);
  });

  test("any bytes give records or a reason, the same each time", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const content = readMessage(bytes);
        expect(content.records.length + content.rejected.length).toBeGreaterThan(0);
        expect(readMessage(bytes)).toEqual(content);
      }),
    );
  });
});

test.each([
  ["$JS.ACK.LOGS.khien.1.42.7.1700000000000000000.0", { sequence: 42, delivery: 7, again: false }],
  ["$JS.ACK.hub.ACC.LOGS.khien.3.42.7.1700000000000000000.0.rnd", { sequence: 42, delivery: 7, again: true }],
  ["$JS.ACK.LOGS", undefined],
  ["$JS.ACK.LOGS.khien.x.42.7.1.0", undefined],
  ["_INBOX.a.b", undefined],
])("what %s says of a delivery", (reply, expected) => {
  expect(deliveredIn(reply)).toEqual(expected);
});

test("servers, with and without insisting on encryption", () => {
  expect(natsServers(["Bus.example:4222", "tls://192.0.2.1:4443", "nats://[::1]:4222"])).toEqual([
    { host: "bus.example", port: 4222, tls: false },
    { host: "192.0.2.1", port: 4443, tls: true },
    { host: "[::1]", port: 4222, tls: false },
  ]);
});

test.each(["bus", "bus:0", "bus:70000", "http://bus:1", "a b:1", "bus:1/x", "user:pw@bus:1"])(
  "%j is no server",
  (entry) => {
    expect(() => natsServers([entry])).toThrow(expect.objectContaining({ code: "ingest.nats.server" }));
  },
);

test("credentials by their content; a password goes unencrypted only to this machine", () => {
  const seed = `SU${"A".repeat(56)}`;
  expect(credentialsIn(`${seed}\n`, "f")).toEqual({ kind: "nkey", seed });
  expect(credentialsIn("-----BEGIN NATS USER JWT-----\nx", "f").kind).toBe("creds");
  const password = credentialsIn("khien:a:b\n", "f");
  expect(password).toEqual({ kind: "password", user: "khien", password: "a:b" });
  for (const text of ["", "khien", "a:b\nc:d"])
    expect(() => credentialsIn(text, "f")).toThrow(expect.objectContaining({ code: "ingest.nats.credentials" }));
  const secrets = { credentials: password, ca: undefined, certificate: undefined, key: undefined };
  const check = (host: string, tls: boolean) => () => checkSecrecy({ host, port: 4222, tls }, secrets);
  expect(check("bus.example", false)).toThrow(expect.objectContaining({ code: "ingest.nats.plain_password" }));
  for (const [host, tls] of [
    ["bus.example", true],
    ["127.0.0.1", false],
    ["localhost", false],
  ] as const)
    expect(check(host, tls)).not.toThrow();
});
