/** IPv4 and IPv6 addresses inside a text: where one that starts here ends. */

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function ipv4End(text: string, at: number): number {
  let i = at;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(i++) !== 46) return -1;
    let value = 0;
    const from = i;
    while (i < from + 3 && isDigit(text.charCodeAt(i))) value = value * 10 + text.charCodeAt(i++) - 48;
    if (i === from || value > 255) return -1;
  }
  return i;
}

const PORT_BEHIND = /[0-9A-Fa-f]:\d{5}$/;
const IPV6 = /^[0-9A-Fa-f:]{2,39}/;

/** The groups of an address: one `::` at most, no more than eight; a dotted tail counts for two. */
function ipv6End(text: string, at: number): number {
  const match = IPV6.exec(text.slice(at, at + 40));
  if (match === null) return -1;
  let run = match[0];
  const dotted = run.lastIndexOf(":");
  if (dotted < 0) return -1;
  let end = at + run.length;
  let groupsWanted = 8;
  if (text.charCodeAt(end) === 46) {
    const tail = ipv4End(text, at + dotted + 1);
    // "::1. Next sentence": the point ends it.
    if (tail >= 0) {
      run = run.slice(0, dotted + 1);
      groupsWanted = 6;
      end = tail;
    }
  } else if (PORT_BEHIND.test(run)) {
    // "::1:51000": no group has five digits.
    run = run.slice(0, dotted);
    end = at + run.length;
  } else if (run.endsWith(":") && !run.endsWith("::")) {
    // "fe80::1: message" – the colon belongs to what follows.
    run = run.slice(0, -1);
    end--;
  }
  const halves = run.split("::");
  if (halves.length > 2 || run.includes(":::")) return -1;
  const groups = run.split(":").filter((group) => group !== "");
  if (groups.some((group) => group.length > 4)) return -1;
  const fits = halves.length === 2 ? groups.length < groupsWanted : groups.length === groupsWanted;
  if (!fits) return -1;
  if (text[end] !== "%") return end;
  let zone = end + 1;
  while (zone < end + 17 && /[0-9A-Za-z.]/.test(text[zone] ?? "")) zone++;
  return zone === end + 1 ? end : zone;
}

/** Where the address that starts at `at` ends, or -1 when none starts there. */
export function addressEnd(text: string, at: number): number {
  const plain = ipv4End(text, at);
  return plain >= 0 ? plain : ipv6End(text, at);
}

/** True when the whole text is one address. */
export function isAddress(text: string): boolean {
  return addressEnd(text, 0) === text.length;
}
