import { randomBytes } from "node:crypto";
import { base32 } from "../core/base32.ts";

export const RECOVERY_CODES = 10;
const CODE_BYTES = 10;
const GROUP = /.{4}/gu;

/** 80 bits each, in groups one can type: "K7QW-…". */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => (base32(randomBytes(CODE_BYTES)).match(GROUP) ?? []).join("-"));
}

/** As typed from paper: spaces, hyphens and case do not matter; 0, 1 and 8 are not in the alphabet. */
export function normalRecoveryCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/gu, "").replaceAll("0", "O").replaceAll("1", "I").replaceAll("8", "B");
}
