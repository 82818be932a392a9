/** Bytes of one field to a value of JSON, by the kind of its element (RFC 7011, section 6). */
import { isUsableInstant, toIso } from "../../../../kernel/index.ts";
import type { ElementKind } from "./elements.ts";

export type FlowValue = string | number | boolean;

/** Fields may be sent shorter than their type (reduced-size encoding), never longer. */
const MAX_INTEGER_BYTES = 8;
/** Seconds between 1900 and 1970: NTP's era and ours. */
const NTP_OFFSET_SECONDS = 2_208_988_800;

function unsigned(bytes: Buffer): FlowValue {
  if (bytes.length <= 6) return bytes.length === 0 ? 0 : bytes.readUIntBE(0, bytes.length);
  if (bytes.length > MAX_INTEGER_BYTES) return bytes.toString("hex");
  const value = BigInt(`0x${bytes.toString("hex")}`);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

function signed(bytes: Buffer): FlowValue {
  if (bytes.length === 0 || bytes.length > MAX_INTEGER_BYTES) return bytes.toString("hex");
  const value = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function real(bytes: Buffer): FlowValue {
  const value = bytes.length === 4 ? bytes.readFloatBE() : bytes.length === 8 ? bytes.readDoubleBE() : Number.NaN;
  return Number.isFinite(value) ? value : bytes.toString("hex");
}

function address(bytes: Buffer): FlowValue {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return bytes.toString("hex");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return compressed(groups);
}

/** RFC 5952: the longest run of zeros, the first of equals, not a single one. */
function compressed(groups: readonly string[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

function instant(ms: number, bytes: Buffer): FlowValue {
  return isUsableInstant(ms) ? toIso(Math.floor(ms)) : bytes.toString("hex");
}

/** NTP: seconds since 1900 and a fraction of 2^32. */
function ntp(bytes: Buffer): FlowValue {
  if (bytes.length !== 8) return bytes.toString("hex");
  const seconds = bytes.readUInt32BE(0) - NTP_OFFSET_SECONDS;
  return instant(seconds * 1_000 + (bytes.readUInt32BE(4) * 1_000) / 2 ** 32, bytes);
}

function milliseconds(bytes: Buffer): FlowValue {
  const value = unsigned(bytes);
  return typeof value === "number" ? instant(value, bytes) : bytes.toString("hex");
}

/** Padded with NUL to a fixed length by many exporters. */
function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return (end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
}

export function flowValue(kind: ElementKind, bytes: Buffer): FlowValue {
  switch (kind) {
    case "unsigned":
      return unsigned(bytes);
    case "signed":
      return signed(bytes);
    case "float":
      return real(bytes);
    case "boolean":
      return bytes[0] === 1;
    case "mac":
      return bytes.length === 6 ? (bytes.toString("hex").match(/../gu) ?? []).join(":") : bytes.toString("hex");
    case "ip":
      return address(bytes);
    case "text":
      return text(bytes);
    case "octets":
      return bytes.toString("hex");
    case "seconds":
      return bytes.length === 4 ? instant(bytes.readUInt32BE(0) * 1_000, bytes) : bytes.toString("hex");
    case "milliseconds":
      return milliseconds(bytes);
    case "microseconds":
    case "nanoseconds":
      return ntp(bytes);
  }
}
