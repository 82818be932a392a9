import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as wire from "../../../../../test/doors/netflow-datagrams.ts";
import type { JournalRecord } from "../../../../kernel/index.ts";
import { FLOW_TEMPLATE_LIFETIME_MS, MAX_FLOW_WAITING_SETS } from "../../limits.ts";
import { exporterRules, listenNetflow } from "../../listeners/netflow.ts";
import { FlowDecoder } from "./decode.ts";
import { flowValue } from "./values.ts";

const { ip4, ipfix, optionsTemplate, set, template, u16, u32, u8, v5, v9, v9OptionsTemplate } = wire;
const FLOW: readonly wire.Field[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 4],
];
const flow = (n: number) =>
  Buffer.concat([ip4("192.0.2.1"), ip4("198.51.100.9"), u16(n), u16(443), u8(6), u32(1_000 + n)]);

const decoded = (decoder: FlowDecoder, datagram: Buffer, now = 0) =>
  decoder.decode(datagram, "203.0.113.7", now).map(({ text }) => JSON.parse(text) as Record<string, unknown>);

describe("NetFlow v5", () => {
  test("records under IANA's names, times of day, sampling of the header", () => {
    expect(decoded(new FlowDecoder(), v5(2))).toMatchObject([
      {
        timestamp: "2026-03-04T04:59:54.500Z",
        flowProtocol: "netflow-v5",
        observationDomainId: 258,
        exportTime: "2026-03-04T05:00:04.500Z",
        sourceIPv4Address: "192.0.2.1",
        destinationIPv4Address: "198.51.100.9",
        sourceTransportPort: 50_000,
        destinationTransportPort: 443,
        protocolIdentifier: 6,
        tcpControlBits: 27,
        octetDeltaCount: 5_000,
        flowStartMilliseconds: "2026-03-04T04:59:54.500Z",
        flowEndMilliseconds: "2026-03-04T04:59:59.500Z",
        samplingInterval: 100,
      },
      { sourceIPv4Address: "192.0.2.2", sourceTransportPort: 50_001 },
    ]);
  });

  test("a datagram cut short gives its whole records", () => {
    const decoder = new FlowDecoder();
    expect(decoded(decoder, v5(3).subarray(0, -1))).toHaveLength(2);
    expect(decoder.counters).toEqual({ records: 2, malformed: 1, unknownTemplate: 0 });
  });
});

describe("templates", () => {
  test.each([
    ["NetFlow v9", v9, 0, "netflow-v9"],
    ["IPFIX", ipfix, 2, "ipfix"],
  ] as const)("%s: template and data in one datagram, padding ignored", (_what, datagram, templateSet, protocol) => {
    const decoder = new FlowDecoder();
    const flows = decoded(
      decoder,
      datagram([set(templateSet, template(256, FLOW)), set(256, flow(1), flow(2), flow(3))]),
    );
    expect(flows).toHaveLength(3);
    expect(flows[2]).toMatchObject({
      flowProtocol: protocol,
      sourceTransportPort: 3,
      octetDeltaCount: 1_003,
      protocolIdentifier: 6,
    });
  });

  test("data before its template waits for it, and keeps its own place", () => {
    const decoder = new FlowDecoder();
    const early = ipfix([set(256, flow(1))], { sequence: 1 });
    expect(decoder.decode(early, "a", 0)).toEqual([]);
    const [late] = decoder.decode(ipfix([set(2, template(256, FLOW))], { sequence: 2 }), "a", 0);
    const other = new FlowDecoder();
    other.decode(ipfix([set(2, template(256, FLOW))], { sequence: 0 }), "a", 0);
    expect(other.decode(early, "a", 0)).toEqual([late]);
  });

  test("waiting is bounded and what is lost is counted", () => {
    const decoder = new FlowDecoder();
    for (let i = 0; i < MAX_FLOW_WAITING_SETS + 5; i++)
      decoder.decode(ipfix([set(256, flow(i))], { sequence: i }), "a", 0);
    expect(decoder.counters.unknownTemplate).toBe(5);
  });

  test("a template belongs to its exporter and its domain", () => {
    const decoder = new FlowDecoder();
    decoder.decode(ipfix([set(2, template(256, FLOW))]), "a", 0);
    expect(decoder.decode(ipfix([set(256, flow(1))]), "b", 0)).toEqual([]);
    expect(decoder.decode(ipfix([set(256, flow(1))], { domain: 2 }), "a", 0)).toEqual([]);
    expect(decoder.decode(ipfix([set(256, flow(1))]), "a", 0)).toHaveLength(1);
  });

  test("a template is renewed, replaced, withdrawn, and ages", () => {
    const decoder = new FlowDecoder();
    const data = ipfix([set(256, flow(1))]);
    decoded(decoder, ipfix([set(2, template(256, FLOW))]));
    decoded(decoder, ipfix([set(2, template(256, [[8, 4]]))]));
    expect(decoded(decoder, ipfix([set(256, ip4("192.0.2.5"))]))).toMatchObject([{ sourceIPv4Address: "192.0.2.5" }]);
    decoded(decoder, ipfix([set(2, u16(256), u16(0))]));
    expect(decoded(decoder, data)).toEqual([]);
    decoded(decoder, ipfix([set(2, template(257, FLOW), template(258, FLOW))]));
    decoded(decoder, ipfix([set(2, u16(2), u16(0))]));
    expect(decoded(decoder, ipfix([set(258, flow(1))]))).toEqual([]);
    decoded(decoder, ipfix([set(2, template(259, FLOW))]), 1_000);
    const last = ipfix([set(259, flow(1))]);
    expect(decoded(decoder, last, 1_000 + FLOW_TEMPLATE_LIFETIME_MS)).toHaveLength(1);
    expect(decoded(decoder, last, 1_001 + FLOW_TEMPLATE_LIFETIME_MS)).toEqual([]);
  });

  test("fields of variable length, of enterprises, of the way back, unknown ones", () => {
    const decoder = new FlowDecoder();
    const fields: wire.Field[] = [
      [371, 65_535],
      [96, 65_535],
      [1, 8, 29_305],
      [9, 2, 9_999],
      [5_000, 2],
      [82, 8],
    ];
    const long = Buffer.alloc(300, 0x61);
    const record = [
      u8(3),
      Buffer.from("lan"),
      u8(255),
      u16(300),
      long,
      u32(0),
      u32(77),
      u16(1),
      u16(0xbeef),
      Buffer.from("eth0\0\0\0\0"),
    ];
    expect(decoded(decoder, ipfix([set(2, template(300, fields)), set(300, ...record)]))).toMatchObject([
      {
        userName: "lan",
        applicationName: "a".repeat(300),
        reverseOctetDeltaCount: 77,
        e9999ie9: "0001",
        ie5000: "beef",
        interfaceName: "eth0",
      },
    ]);
  });

  test("sampling of the options is written beside the counts", () => {
    const ten = new FlowDecoder();
    const sampled: wire.Field[] = [...FLOW, [302, 2]];
    decoded(
      ten,
      ipfix([
        set(
          3,
          optionsTemplate(400, 1, [
            [302, 2],
            [305, 4],
            [306, 4],
          ]),
        ),
        set(2, template(256, sampled)),
      ]),
    );
    expect(decoded(ten, ipfix([set(400, u16(5), u32(1), u32(99))]))).toEqual([]);
    expect(decoded(ten, ipfix([set(256, flow(1), u16(5))]))).toMatchObject([
      { selectorId: 5, samplingInterval: 100, octetDeltaCount: 1_001 },
    ]);
    const nine = new FlowDecoder();
    decoded(
      nine,
      v9([
        set(
          1,
          v9OptionsTemplate(
            400,
            [[1, 4]],
            [
              [34, 4],
              [35, 1],
            ],
          ),
        ),
        set(0, template(256, FLOW)),
      ]),
    );
    decoded(nine, v9([set(400, u32(0), u32(1_000), u8(2))]));
    expect(decoded(nine, v9([set(256, flow(1))]))).toMatchObject([{ samplingInterval: 1_000 }]);
  });

  test.each([
    ["of no length", [set(2, template(256, [[8, 0]]))]],
    [
      "of too many fields",
      [
        set(
          2,
          template(
            256,
            Array.from({ length: 513 }, () => [8, 4] as const),
          ),
        ),
      ],
    ],
    ["under a reserved number", [set(2, template(255, FLOW))]],
    ["cut short", [set(2, template(256, FLOW).subarray(0, 20))]],
  ])("a template %s is none", (_what, sets) => {
    const decoder = new FlowDecoder();
    decoded(decoder, ipfix(sets));
    expect(decoder.counters.malformed).toBe(1);
    expect(decoded(decoder, ipfix([set(256, flow(1))]))).toEqual([]);
  });
});

test.each([
  ["unsigned", "ffffffffffffffff", "18446744073709551615"],
  ["unsigned", "00000000000000ff", 255],
  ["unsigned", "0102030405060708090a", "0102030405060708090a"],
  ["signed", "ff", -1],
  ["ip", "20010db8000000000000000000000001", "2001:db8::1"],
  ["ip", "00000000000000000000000000000000", "::"],
  ["ip", "20010db8000100000002000300040005", "2001:db8:1:0:2:3:4:5"],
  ["mac", "001122aabbcc", "00:11:22:aa:bb:cc"],
  ["milliseconds", "0000019cb737aa14", "2026-03-04T05:00:04.500Z"],
  ["microseconds", "ed523ad480000000", "2026-03-04T05:00:04.500Z"],
  ["float", "3fc00000", 1.5],
  ["float", "7fc00000", "7fc00000"],
  ["boolean", "01", true],
] as const)("a value: %s %s", (kind, hex, expected) => {
  expect(flowValue(kind, Buffer.from(hex, "hex"))).toEqual(expected);
});

test("random and mutated datagrams never throw, and records are JSON", () => {
  const decoder = new FlowDecoder();
  const seeds = [
    v5(3),
    v9([set(0, template(256, FLOW)), set(1, v9OptionsTemplate(400, [[1, 4]], [[34, 4]])), set(256, flow(1), flow(2))]),
    ipfix([
      set(2, template(256, [...FLOW, [371, 65_535]])),
      set(
        3,
        optionsTemplate(400, 1, [
          [302, 2],
          [305, 4],
        ]),
      ),
      set(256, flow(1), u8(2), u16(1)),
    ]),
  ];
  const read = (bytes: Buffer) => {
    for (const { text } of decoder.decode(bytes, "a", 0)) JSON.parse(text);
  };
  fc.assert(
    fc.property(fc.constantFrom(5, 9, 10), fc.uint8Array({ maxLength: 400 }), (version, rest) =>
      read(Buffer.concat([u16(version), rest])),
    ),
    {
      numRuns: 4_000,
    },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (seed, flips) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
        read(bytes);
      },
    ),
    { numRuns: 4_000 },
  );
});

describe("the door", () => {
  async function exchange(exporters: ReadonlyMap<string, string>, datagrams: readonly Buffer[], expected: number) {
    const records: JournalRecord[] = [];
    const listener = await listenNetflow({
      host: "127.0.0.1",
      port: 0,
      sink: async (batch) => void records.push(...batch),
      now: () => Date.now(),
      exporters,
    });
    const socket = createSocket("udp4");
    for (const datagram of datagrams)
      await new Promise<void>((done) => socket.send(datagram, listener.port, "127.0.0.1", () => done()));
    const { stats } = listener;
    for (let i = 0; i < 300 && stats().received + stats().foreign < expected; i++) await sleep(10);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    const seen = stats();
    await listener.close();
    return { records, stats: seen };
  }

  test("a datagram twice is the same events; the sensor is the exporter's", async () => {
    const { records, stats } = await exchange(new Map([["127.0.0.1", "core-router"]]), [v5(3), v5(3), v5(3, 8)], 3);
    expect(records).toHaveLength(9);
    expect(new Set(records.map(({ id }) => id)).size).toBe(6);
    expect(records[0]).toMatchObject({ door: "netflow", sensor: "core-router", format: "netflow", peer: "127.0.0.1" });
    expect(stats).toMatchObject({ received: 3, flows: 9, foreign: 0, malformed: 0 });
  });

  test("strangers are not listened to", async () => {
    const { records, stats } = await exchange(new Map([["192.0.2.1", "x"]]), [v5(3)], 1);
    expect(records).toEqual([]);
    expect(stats).toMatchObject({ received: 0, foreign: 1 });
  });

  test.each(["", "x=y", "192.0.2.1=", "=x", `192.0.2.1=${"x".repeat(121)}`])("%j names no exporter", (entry) => {
    expect(() => exporterRules([entry])).toThrow(expect.objectContaining({ code: "ingest.netflow.exporter" }));
  });

  test("any exporter, when the settings say so", async () => {
    const { records } = await exchange(new Map([["*", ""]]), [v5(1)], 1);
    expect(records[0]?.sensor).toBe("127.0.0.1");
  });
});
