/** IP addresses and networks for the modifier `cidr`. IPv4 never matches an IPv6 network and the other way round. */
export interface Network {
  /** 32 or 128 bits as 16-bit groups: two or eight. */
  readonly groups: readonly number[];
  readonly prefix: number;
}

const MAX_ADDRESS_LENGTH = 45;

export function parseNetwork(text: string): Network | undefined {
  const [address, length, ...more] = text.trim().split("/");
  const groups = parseAddress(address ?? "");
  if (groups === undefined || more.length > 0) return undefined;
  const bits = groups.length * 16;
  if (length === undefined) return { groups, prefix: bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  return { groups, prefix: Number(length) };
}

export function inNetwork(address: string, network: Network): boolean {
  const groups = parseAddress(address);
  if (groups === undefined || groups.length !== network.groups.length) return false;
  for (let index = 0; index * 16 < network.prefix; index++) {
    const kept = Math.min(16, network.prefix - index * 16);
    const mask = (0xffff << (16 - kept)) & 0xffff;
    if (((groups[index] as number) & mask) !== ((network.groups[index] as number) & mask)) return false;
  }
  return true;
}

/** Groups of 16 bits, or undefined when the text is not an address. Zone suffixes (`%eth0`) are ignored. */
export function parseAddress(text: string): number[] | undefined {
  const zone = text.indexOf("%");
  const address = (zone === -1 ? text : text.slice(0, zone)).trim();
  if (address.length === 0 || address.length > MAX_ADDRESS_LENGTH) return undefined;
  return address.includes(":") ? parseV6(address) : parseV4(address);
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] as string);
  const rest = parseGroups(halves[1] ?? "");
  if (head === undefined || rest === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - rest.length;
  return missing >= 1 ? [...head, ...new Array<number>(missing).fill(0), ...rest] : undefined;
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const embedded = index === parts.length - 1 ? parseV4(part) : undefined;
      if (embedded === undefined) return undefined;
      groups.push(...embedded);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups.length <= 8 ? groups : undefined;
}
