import { describe, expect, test } from "vitest";
import { isZeek, parseZeekJson } from "./zeek.ts";

const CONNECTION = { "id.orig_h": "192.0.2.5", "id.orig_p": 49_242, "id.resp_h": "203.0.113.7", "id.resp_p": 88 };

describe("plain Zeek JSON, which does not say which log it is of", () => {
  test.each([
    ["kerberos", { ...CONNECTION, request_type: "TGS", client: "lan/SONGLAM", cipher: "aes256-cts-hmac-sha1-96" }],
    ["ssl", { ...CONNECTION, cipher: "TLS_AES_128_GCM_SHA256", server_name: "a.example" }],
    ["smtp", { ...CONNECTION, trans_depth: 1, helo: "mx.ext.example", mailfrom: "minh@ext.example" }],
    ["sip", { ...CONNECTION, trans_depth: 0, call_id: "1@192.0.2.5", method: "REGISTER" }],
    ["http", { ...CONNECTION, trans_depth: 1, method: "GET", uri: "/" }],
    ["notice", { note: "Scan::Port_Scan", msg: "m", src: "192.0.2.5", peer_descr: "zeek" }],
    ["dhcp", { uids: ["C1"], msg_types: ["DISCOVER"] }],
    ["mysql", { ...CONNECTION, cmd: "login", arg: "lan", success: true }],
    ["irc", { ...CONNECTION, nick: "lan", command: "JOIN", value: "#grid", addl: "" }],
    ["radius", { ...CONNECTION, username: "lan", mac: "00-00-5e-00-53-01", result: "failed" }],
    ["rfb", { ...CONNECTION, client_major_version: "003", authentication_method: "VNC", auth: false }],
    ["socks", { ...CONNECTION, version: 5, "request.host": "192.0.2.7", request_p: 80 }],
    ["syslog", { ...CONNECTION, proto: "udp", facility: "AUTH", severity: "INFO", message: "m" }],
    ["intel", { ...CONNECTION, "seen.indicator": "bad.example", "seen.indicator_type": "Intel::DOMAIN" }],
    ["ldap", { ...CONNECTION, message_id: 1, version: 3, opcode: "bind simple", result: "success" }],
    ["quic", { ...CONNECTION, version: "1", client_initial_dcid: "95", server_name: "a.example" }],
    ["software", { host: "192.0.2.5", software_type: "SSH::SERVER", name: "OpenSSH" }],
    ["known_services", { host: "192.0.2.5", port_num: 22, port_proto: "tcp", service: ["SSH"] }],
    ["known_certs", { host: "192.0.2.5", port_num: 443, subject: "CN=a", issuer_subject: "CN=b", serial: "1" }],
    ["x509", { id: "F1", "certificate.version": 3, "certificate.subject": "CN=a" }],
    ["weird", { name: "truncated_header", notice: false, peer: "worker-1" }],
    ["capture_loss", { ts_delta: 900, peer: "worker-1", gaps: 1, acks: 9, percent_lost: 0.1 }],
  ])("%s", (service, members) => {
    const record = { ts: 1_795_000_445.5, ...members };
    expect(isZeek(record)).toBe(true);
    expect(parseZeekJson(record).logsource).toMatchObject({ product: "zeek", service });
  });

  test("logs about machines and files say whose they are", () => {
    const about = { host: "192.0.2.5", software_type: "SSH::SERVER", name: "OpenSSH" };
    expect(parseZeekJson({ ts: 1, ...about }).entities).toEqual({ srcIp: "192.0.2.5", process: "OpenSSH" });
    const file = { fuid: "F1", tx_hosts: ["203.0.113.7"], rx_hosts: ["192.0.2.5"], source: "HTTP", depth: 0 };
    expect(parseZeekJson({ ts: 1, ...file }).entities).toMatchObject({ srcIp: "203.0.113.7", dstIp: "192.0.2.5" });
    const seen = { "seen.indicator": "bad.example", "seen.indicator_type": "Intel::DOMAIN" };
    expect(parseZeekJson({ ts: 1, ...CONNECTION, ...seen }).entities.domain).toBe("bad.example");
    const certificate = { id: "F1", "certificate.subject": "CN=a.example", "san.dns": ["a.example", "b.example"] };
    expect(parseZeekJson({ ts: 1, ...certificate }).entities.domain).toBe("a.example");
    const proxied = { "request.name": "a.example", request_p: 443, bound_p: 0 };
    expect(parseZeekJson({ ts: 1, ...CONNECTION, ...proxied })).toMatchObject({
      logsource: { service: "socks" },
      entities: { domain: "a.example" },
    });
  });

  test("an object with a time and a host is not Zeek's", () => {
    expect(isZeek({ ts: 1_795_000_445, host: "web01", message: "m", level: "info" })).toBe(false);
    expect(isZeek({ ts: 1_795_000_445, name: "job", peer: "worker-1" })).toBe(false);
  });

  test("the client of a Kerberos request is a user, that of other logs a program", () => {
    expect(parseZeekJson({ ts: 1, ...CONNECTION, request_type: "AS", client: "lan/SONGLAM" }).entities.user).toBe(
      "lan/SONGLAM",
    );
    expect(parseZeekJson({ ts: 1, ...CONNECTION, auth_attempts: 1, client: "SSH-2.0-OpenSSH" }).entities.user).toBe(
      undefined,
    );
  });
});
