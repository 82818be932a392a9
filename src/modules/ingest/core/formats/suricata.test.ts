import { describe, expect, test } from "vitest";
import { isSuricata, parseSuricata } from "./suricata.ts";

const FLOW = {
  timestamp: "2026-11-18T09:14:05.120438+0700",
  flow_id: 1,
  src_ip: "192.0.2.5",
  src_port: 51_000,
  dest_ip: "203.0.113.9",
  dest_port: 21,
  proto: "TCP",
};
const CONNECTION = { srcIp: "192.0.2.5", srcPort: 51_000, dstIp: "203.0.113.9", dstPort: 21 };

describe("each protocol's own words", () => {
  test.each<[string, object, object]>([
    ["ftp", { ftp: { command: "USER", command_data: "lan" } }, { user: "lan" }],
    ["ftp", { ftp: { command: "RETR", command_data: "plan.pdf" } }, {}],
    ["ftp_data", { ftp_data: { filename: "plan.pdf", command: "RETR" } }, { file: "plan.pdf" }],
    ["rdp", { rdp: { tx_id: 0, event_type: "initial_request", cookie: "lan" } }, { user: "lan" }],
    ["mqtt", { mqtt: { connect: { username: "plc1", client_id: "c" } } }, { user: "plc1" }],
    ["krb5", { krb5: { msg_type: "KRB_AS_REQ", cname: "lan", realm: "SONGLAM" } }, { user: "lan" }],
    ["pgsql", { pgsql: { request: { startup_parameters: { user: "lan" } } } }, { user: "lan" }],
    ["smtp", { smtp: { mail_from: "<lan@songlam.example>" } }, { email: "lan@songlam.example" }],
    ["smtp", { email: { from: "Lan <lan@songlam.example>" } }, { email: "lan@songlam.example" }],
    ["quic", { quic: { version: "1", sni: "a.example" } }, { domain: "a.example" }],
    ["dns", { dns: { version: 2, type: "answer", rrname: "a.example" } }, { domain: "a.example" }],
    ["dns", { dns: { version: 3, queries: [{ rrname: "a.example" }] } }, { domain: "a.example" }],
    ["nfs", { nfs: { procedure: "READ", filename: "plan.pdf" } }, { file: "plan.pdf" }],
    ["tftp", { tftp: { packet: "write", file: "startup-config" } }, { file: "startup-config" }],
    ["alert", { alert: { signature_id: 1 }, files: [{ filename: "a", sha256: "ab" }] }, { file: "a", hash: "ab" }],
  ])("%s", (event_type, part, entities) => {
    const record = { ...FLOW, event_type, ...part };
    expect(isSuricata(record)).toBe(true);
    const event = parseSuricata(record);
    expect(event.logsource).toEqual({ product: "suricata", service: event_type });
    expect(JSON.parse(JSON.stringify(event.entities))).toEqual({ ...CONNECTION, ...entities });
  });
});

test("events without a connection", () => {
  const at = { timestamp: "2026-11-18T09:14:05.120438+0700" };
  expect(isSuricata({ ...at, event_type: "engine", engine: { message: "rule reload" } })).toBe(true);
  expect(isSuricata({ ...at, event_type: "stats", stats: { uptime: 1 } })).toBe(true);
  const arp = { ...at, event_type: "arp", arp: { src_ip: "192.0.2.5", dest_ip: "192.0.2.1", opcode: "request" } };
  expect(parseSuricata(arp).entities).toMatchObject({ srcIp: "192.0.2.5", dstIp: "192.0.2.1" });
  // Others have an event type too.
  expect(isSuricata({ ...at, event_type: "login", user: "lan" })).toBe(false);
});
