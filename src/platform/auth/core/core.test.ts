import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalPassword, weaknessOf } from "./password-rules.ts";
import { type Attempts, charge, peerBucket, waitMs } from "./throttle.ts";

describe("password rules", () => {
  test.each([
    ["short-pass1", "too_short"],
    ["Mậtkhẩu2026!", "predictable"],
    ["matkhaumatkhau", "predictable"],
    ["P@ssw0rd2026", "predictable"],
    ["khien-khien-khien", "predictable"],
    ["123456789012", "predictable"],
    ["abcdefghijklmnop", "predictable"],
    ["qwertyuiop12345", "predictable"],
    ["aaaaaaaaaaaaaaaa", "predictable"],
    ["Xy7!Xy7!Xy7!Xy7!", "predictable"],
    ["AnhYeuEm2024!!!", "predictable"],
    ["thu-lan.nguyen-rain", "contains_name"],
    ["NguyenNguyenThiLan", "predictable"],
  ])("refuse %s as %s", (password, reason) => {
    expect(weaknessOf(password, ["lan.nguyen", "Nguyễn Thị Lan"])).toBe(reason);
  });

  test.each([
    "correct horse battery",
    "con mèo ngủ trên mái",
    "vT9#kQ2m!zR7",
    "Sông Hồng chảy mãi",
    "trăng tròn đầu núi 9",
  ])("accept %s", (password) => {
    expect(weaknessOf(password, ["lan.nguyen", "Nguyễn Thị Lan"])).toBeUndefined();
  });

  test("composed and decomposed input are one password", () => {
    const composed = "Tiếng Việt rất đẹp".normalize("NFC");
    expect(normalPassword(composed.normalize("NFD"))).toBe(composed);
  });

  test("a short name inside a password does not refuse it", () => {
    expect(weaknessOf("correct horse battery", ["at"])).toBeUndefined();
  });

  test("never throw, whatever is typed, and stay quick", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void weaknessOf(text, [text.slice(0, 5)])),
    );
    weaknessOf("aB3$".repeat(256), ["abc"]);
  });
});

describe("throttling", () => {
  const policy = { freeFailures: 5, firstDelayMs: 1_000, maxDelayMs: 900_000, forgetAfterMs: 12 * 3_600_000 };
  const after = (failures: number): Attempts => {
    let attempts: Attempts | undefined;
    for (let n = 0; n < failures; n++) attempts = charge(attempts, policy, 0);
    return attempts as Attempts;
  };

  test.each([
    [1, 0],
    [5, 0],
    [6, 1_000],
    [7, 2_000],
    [10, 16_000],
    [15, 512_000],
    [16, 900_000],
    [5_000, 900_000],
  ])("after %i failures the wait is %i ms", (failures, wait) => {
    expect(waitMs(after(failures), 0)).toBe(wait);
  });

  test("a quiet time is forgotten", () => {
    expect(charge(after(50), policy, policy.forgetAfterMs).failures).toBe(1);
    expect(waitMs(undefined, 5)).toBe(0);
  });

  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("%s is counted under %s", (address, bucket) => {
    expect(peerBucket(address)).toBe(bucket);
  });
});
