import { describe, expect, test } from "vitest";
import { entityOf } from "./entities.ts";

describe("values with a page of their own", () => {
  test.each([
    ["host", "DC01", "host"],
    ["Computer", "DC01.songlam.example", "host"],
    ["TargetUserName", "hoa.tran", "user"],
    ["fields.User", "SONGLAM\\hoa.tran", "user"],
    ["srcIp", "10.1.2.3", "ip"],
    ["id.orig_h", "203.0.113.9", "ip"],
    ["IpAddress", "2001:db8::1", "ip"],
    ["domain", "songlam.example", "domain"],
    ["sha256", "a".repeat(64), "hash"],
  ])("%s %s is a %s", (field, value, kind) => {
    expect(entityOf({ field, value })).toEqual({ kind, value });
  });

  test.each([
    ["CommandLine", "whoami"],
    ["host", "-"],
    ["user", " "],
    ["srcIp", "300.1.1.1"],
    ["EventTime", "10:22:31"],
    ["port", "443"],
    ["user", "x".repeat(600)],
  ])("%s %s is none", (field, value) => {
    expect(entityOf({ field, value })).toBeUndefined();
  });
});
