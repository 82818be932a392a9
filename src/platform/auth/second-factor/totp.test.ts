import { describe, expect, test } from "vitest";
import { base32 } from "../core/base32.ts";
import { newRecoveryCodes, normalRecoveryCode, RECOVERY_CODES } from "./recovery.ts";
import { hotp, matchingStep, stepOf } from "./totp.ts";

const SHA1 = Buffer.from("12345678901234567890");
const SHA256 = Buffer.from("12345678901234567890123456789012");
const SHA512 = Buffer.from("1234567890123456789012345678901234567890123456789012345678901234");

test.each(
  ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"].map(
    (code, counter) => [counter, code] as const,
  ),
)("RFC 4226 appendix D: counter %i is %s", (counter, code) => {
  expect(hotp(SHA1, counter)).toBe(code);
});

test.each([
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
])("RFC 6238 appendix B: second %i", (second, sha1, sha256, sha512) => {
  const step = stepOf(second * 1000);
  expect(hotp(SHA1, step, { digits: 8 })).toBe(sha1);
  expect(hotp(SHA256, step, { digits: 8, algorithm: "sha256" })).toBe(sha256);
  expect(hotp(SHA512, step, { digits: 8, algorithm: "sha512" })).toBe(sha512);
});

test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("RFC 4648: %j is %s", (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

describe("a code", () => {
  const nowMs = 1_700_000_015_000;
  const now = stepOf(nowMs);
  const matches = (step: number, lastStep = 0) => matchingStep(hotp(SHA1, step), { secret: SHA1, nowMs, lastStep });

  test.each([-1, 0, 1])("of a clock %i steps off is taken", (drift) => {
    expect(matches(now + drift)).toBe(now + drift);
  });
  test.each([-2, 2, 10])("of a clock %i steps off is not", (drift) => {
    expect(matches(now + drift)).toBeUndefined();
  });
  test("works once, and no older one after it", () => {
    expect(matches(now, now)).toBeUndefined();
    expect(matches(now - 1, now)).toBeUndefined();
    expect(matches(now + 1, now)).toBe(now + 1);
  });
  test.each(["", "12345", "1234567", "abcdef", "１２３４５６"])("of another shape (%j) is not", (code) => {
    expect(matchingStep(code, { secret: SHA1, nowMs, lastStep: 0 })).toBeUndefined();
  });
});

test("recovery codes are different, and are read as people write them", () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(RECOVERY_CODES);
  for (const code of codes) {
    expect(code).toMatch(/^(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}$/u);
    expect(normalRecoveryCode(` ${code.toLowerCase().replaceAll("-", " ").replaceAll("o", "0")} `)).toBe(
      code.replaceAll("-", ""),
    );
  }
});
