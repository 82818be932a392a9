import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { masked, parseAddress, parseNetwork } from "./address.ts";
import { accountOf, foldedName, hostOf, identifierOf, type IdentifierKind } from "./identifiers.ts";
import { AssetIndex, CRITICALITIES, type IndexedSystem, type IndexEntry, kindAskedAs, outranks } from "./importance.ts";

const system = (id: string, criticality: IndexedSystem["criticality"]): IndexedSystem => ({
  id,
  name: id,
  owner: null,
  zone: null,
  criticality,
});
const entry = (kind: IdentifierKind, value: string, of: IndexedSystem): IndexEntry => {
  const identifier = identifierOf(kind, value);
  if (identifier === undefined) throw new Error(`${kind} ${value}`);
  return { kind, folded: identifier.folded, system: of };
};

const [low, medium, high, critical] = CRITICALITIES.map((each) => system(each, each)) as [
  IndexedSystem,
  IndexedSystem,
  IndexedSystem,
  IndexedSystem,
];

describe("the closest match decides, then the most critical system", () => {
  const index = new AssetIndex([
    entry("host", "WEB01", medium),
    entry("host", "web01.mot.gov.vn", low),
    entry("host", "db01.mot.gov.vn", high),
    entry("host", "db01.hai.gov.vn", critical),
    entry("address", "10.0.0.0/8", low),
    entry("address", "10.1.0.0/16", high),
    entry("address", "10.1.2.3", medium),
    entry("address", "10.1.2.3", critical),
    entry("address", "2001:db8::/32", medium),
    entry("address", "2001:db8::7", critical),
    entry("account", "SONGLAM\\lan", high),
    entry("account", "root", low),
    entry("domain", "gov.vn", low),
    entry("domain", "*.bo.gov.vn", critical),
  ]);
  test.each([
    ["host", "web01", "medium"],
    ["host", "Web01.", "medium"],
    ["host", "web01.mot.gov.vn", "low"],
    ["host", "web01.khac.vn", "medium"],
    ["host", "db01", "critical"],
    ["host", "db01.mot.gov.vn", "high"],
    ["host", "db01.khac.vn", undefined],
    ["host", "may-la.bo.gov.vn", "critical"],
    ["host", "10.1.2.3", "critical"],
    ["srcIp", "10.1.2.3", "critical"],
    ["dstIp", "10.1.9.9", "high"],
    ["ip", "10.200.0.1", "low"],
    ["ip", "11.0.0.1", undefined],
    ["ip", "::ffff:10.1.2.3", "critical"],
    ["ip", "2001:DB8:0::7", "critical"],
    ["ip", "2001:db8::8", "medium"],
    ["ip", "db01", undefined],
    ["user", "songlam\\LAN", "high"],
    ["user", "lan@songlam", "high"],
    ["user", "lan", "high"],
    ["user", "KHAC\\lan", undefined],
    ["user", "KHAC\\root", "low"],
    ["domain", "mail.bo.gov.vn", "critical"],
    ["domain", "gov.vn", "low"],
    ["domain", "vn", undefined],
    ["domain", "gov.vn.ke-gian.com", undefined],
    ["domain", "web01.mot.gov.vn", "low"],
    ["url", "https://lan:x@mail.bo.gov.vn:8443/a?b", "critical"],
    ["url", "http://[2001:db8::7]/", "critical"],
    ["hash", "web01", undefined],
    ["host", "__proto__", undefined],
  ])("%s %s → %s", (kind, value, expected) => {
    expect(index.find({ kind, value })?.criticality).toBe(expected);
  });
});

/** The law of a look-up, written as plainly as it is said: look at everything, keep the closest, then the best. */
function bruteForce(entries: readonly IndexEntry[], asked: { kind: string; value: string }): IndexedSystem | undefined {
  let best: { readonly closeness: number; readonly system: IndexedSystem } | undefined;
  for (const each of entries) {
    const closeness = closenessOf(each, asked);
    if (closeness === 0) continue;
    const isCloser = best === undefined || closeness > best.closeness;
    if (isCloser || (closeness === best?.closeness && outranks(each.system, best.system))) {
      best = { closeness, system: each.system };
    }
  }
  return best?.system;
}

function closenessOf({ kind, folded }: IndexEntry, asked: { kind: string; value: string }): number {
  const as = kindAskedAs(asked.kind);
  const name = foldedName(asked.value);
  const address = parseAddress(name);
  if (as === "account") return kind === "account" ? nameCloseness(accountOf(folded), accountOf(asked.value)) : 0;
  if (address !== undefined) {
    if (kind !== "address") return 0;
    const [version, rest = ""] = folded.split(":");
    const [value = "", prefix = ""] = rest.split("/");
    const isIn = Number(version) === address.version && masked(address, Number(prefix)) === BigInt(`0x${value}`);
    return isIn ? Number(prefix) + 1 : 0;
  }
  if (as === "address" || kind === "address" || kind === "account") return 0;
  if (kind === "host") {
    const closeness = nameCloseness(hostOf(folded), hostOf(name));
    return closeness === 2 || as === "host" ? closeness * 1_000 : 0;
  }
  return name === folded || name.endsWith(`.${folded}`) ? folded.length : 0;
}

function nameCloseness(a: { name: string; qualifier: string }, b: { name: string; qualifier: string }): number {
  if (a.name !== b.name) return 0;
  if (a.qualifier === b.qualifier) return 2;
  return a.qualifier === "" || b.qualifier === "" ? 1 : 0;
}

const label = fc.constantFrom("a", "b", "web", "db");
const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const ip = fc.tuple(fc.constantFrom(10, 11), fc.nat(1), fc.nat(1), fc.nat(3)).map((parts) => parts.join("."));
const network = fc.tuple(ip, fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`);
const account = fc.oneof(
  label,
  fc.tuple(label, label).map(([domain, user]) => `${domain}\\${user}`),
);
const registered = fc.oneof(
  fc.tuple(fc.constant("host" as const), name),
  fc.tuple(fc.constant("address" as const), fc.oneof(ip, network)),
  fc.tuple(fc.constant("account" as const), account),
  fc.tuple(
    fc.constant("domain" as const),
    fc.tuple(label, name).map((parts) => parts.join(".")),
  ),
);
const asked = fc.record({
  kind: fc.constantFrom("host", "srcIp", "user", "domain", "ip"),
  value: fc.oneof(name, ip, account),
});

test("the index finds what looking at every identifier finds", () => {
  const systems = fc.constantFrom(low, medium, high, critical, system("b-high", "high"), system("a-high", "high"));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(registered, systems), { maxLength: 25 }),
      fc.array(asked, { maxLength: 8 }),
      (rows, questions) => {
        const entries = rows.map(([[kind, value], of]) => entry(kind, value, of));
        const index = new AssetIndex(entries);
        for (const question of questions) expect(index.find(question)?.id).toBe(bruteForce(entries, question)?.id);
      },
    ),
    { numRuns: 200 },
  );
});

describe("identifiers", () => {
  test.each<[IdentifierKind, string, string | undefined]>([
    ["host", "  Web01.Mot.GOV.vn. ", "web01.mot.gov.vn"],
    ["host", "máy-chủ-01", "máy-chủ-01"],
    ["host", "10.0.0.1", undefined],
    ["host", "a b", undefined],
    ["host", "a\u202eb", undefined],
    ["host", "", undefined],
    ["address", "10.1.2.3", "4:a010203/32"],
    ["address", "10.1.2.3/8", "4:a000000/8"],
    ["address", "010.1.2.3", undefined],
    ["address", "10.1.2.3/33", undefined],
    ["address", "::ffff:10.1.2.3", "4:a010203/32"],
    ["address", "fe80::1%eth0", "6:fe800000000000000000000000000001/128"],
    ["address", "1::2::3", undefined],
    ["account", "CORP\\Lan", "lan@corp"],
    ["account", "Lan@Corp.VN", "lan@corp.vn"],
    ["account", "CORP\\", undefined],
    ["account", "nguyễn.văn.lan", "nguyễn.văn.lan"],
    ["account", "a\u0000b", undefined],
    ["domain", "*.Bo.gov.vn", "bo.gov.vn"],
    ["domain", "localhost", undefined],
    ["domain", `${"a".repeat(300)}.vn`, undefined],
  ])("%s %j → %s", (kind, value, folded) => {
    expect(identifierOf(kind, value)?.folded).toBe(folded);
  });

  test("nothing a stranger writes throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        for (const kind of ["host", "address", "account", "domain"] as const) identifierOf(kind, text);
        new AssetIndex([]).find({ kind: "url", value: text });
        parseNetwork(text);
      }),
    );
  });
});
