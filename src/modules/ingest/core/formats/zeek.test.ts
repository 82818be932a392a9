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
  ])("%s", (service, members) => {
    const record = { ts: 1_795_000_445.5, ...members };
    expect(isZeek(record)).toBe(true);
    expect(parseZeekJson(record).logsource).toMatchObject({ product: "zeek", service });
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
