/** Addresses and networks, as text and as bounds that compare like the addresses do. */

const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
/** Strict dotted quad; also used by the store, so written in the syntax both regex engines share. */
export const IPV4_PATTERN = `${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}`;
const IPV4 = new RegExp(`^${IPV4_PATTERN}$`);
const HEXTET = /^[0-9a-f]{1,4}$/;

export type Network =
  | { readonly family: 4; readonly low: number; readonly high: number; readonly bits: number }
  /** 32 hex digits each. */
  | { readonly family: 6; readonly low: string; readonly high: string; readonly bits: number };

export function parseIpv4(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  return match.slice(1, 5).reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** 32 lower-case hex digits, or undefined. Forms with an embedded dotted quad or a zone are not taken. */
export function parseIpv6(text: string): string | undefined {
  if (text.length > 39) return undefined;
  const halves = text.toLowerCase().split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = left.length + (right?.length ?? 0);
  if (right === undefined ? given !== 8 : given > 7) return undefined;
  const hextets = [...left, ...Array<string>(8 - given).fill("0"), ...(right ?? [])];
  if (!hextets.every((hextet) => HEXTET.test(hextet))) return undefined;
  return hextets.map((hextet) => hextet.padStart(4, "0")).join("");
}

export function parseNetwork(text: string): Network | undefined {
  const slash = text.lastIndexOf("/");
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const bits = Number(length);
  const address = text.slice(0, slash);
  const four = parseIpv4(address);
  if (four !== undefined) {
    if (bits > 32) return undefined;
    const size = 2 ** (32 - bits);
    const low = Math.floor(four / size) * size;
    return { family: 4, low, high: low + size - 1, bits };
  }
  const six = parseIpv6(address);
  if (six === undefined || bits > 128) return undefined;
  const size = 1n << BigInt(128 - bits);
  const low = (BigInt(`0x${six}`) / size) * size;
  const hex = (value: bigint) => value.toString(16).padStart(32, "0");
  return { family: 6, low: hex(low), high: hex(low + size - 1n), bits };
}

export function networkHolds(network: Network, address: string): boolean {
  const value = network.family === 4 ? parseIpv4(address) : parseIpv6(address);
  return value !== undefined && value >= network.low && value <= network.high;
}
