/** Addresses and networks as numbers, IPv4 and IPv6. An IPv4 address inside IPv6 (::ffff:10.0.0.1) is the IPv4 address. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}
export interface Network extends Address {
  readonly prefix: number;
}

const MAPPED = 0xffffn;

export function bitsOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

export function parseAddress(text: string): Address | undefined {
  const bare = text.trim();
  if (bare.length > 64) return undefined;
  if (!bare.includes(":")) return ofIpv4(bare);
  // The zone (`fe80::1%eth0`) names a card of one machine, not an address.
  const value = ipv6(bare.replace(/%.*$/su, ""));
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED ? { version: 4, value: value & 0xffffffffn } : { version: 6, value };
}

/** `10.0.0.0/8`, or one address as the network of itself. Bits behind the prefix do not matter. */
export function parseNetwork(text: string): Network | undefined {
  const [head = "", tail, ...rest] = text.trim().split("/");
  if (rest.length > 0) return undefined;
  const address = parseAddress(head);
  if (address === undefined) return undefined;
  const bits = bitsOf(address.version);
  if (tail === undefined) return { ...address, prefix: bits };
  if (!/^(?:0|[1-9]\d{0,2})$/u.test(tail)) return undefined;
  // A mapped network counts its prefix in IPv6 bits.
  const prefix = address.version === 4 && head.includes(":") ? Number(tail) - 96 : Number(tail);
  if (prefix < 0 || prefix > bits) return undefined;
  return { version: address.version, value: masked(address, prefix), prefix };
}

export function masked({ version, value }: Address, prefix: number): bigint {
  const free = BigInt(bitsOf(version) - prefix);
  return (value >> free) << free;
}

/** Addresses that belong to nobody outside: private use, link local, shared by carriers, loopback (RFC 6890). */
const INTERNAL = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
].flatMap((text) => parseNetwork(text) ?? []);

export function isInternal(address: Address): boolean {
  return INTERNAL.some(
    (network) => network.version === address.version && masked(address, network.prefix) === network.value,
  );
}

function ofIpv4(text: string): Address | undefined {
  const value = ipv4(text);
  return value === undefined ? undefined : { version: 4, value };
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    // No leading zeros: some programs read 010 as 8.
    if (!/^(?:0|[1-9]\d{0,2})$/u.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function ipv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? "");
  const tail = halves.length === 2 ? groups(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** Groups of one half; an IPv4 address at its end counts as two. */
function groups(text: string): bigint[] | undefined {
  if (text === "") return [];
  const found: bigint[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const embedded = at === parts.length - 1 && part.includes(".") ? ipv4(part) : undefined;
    if (embedded !== undefined) found.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/iu.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}
