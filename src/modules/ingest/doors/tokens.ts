/**
 * Our token inside the `Authorization` headers of other products. Where a scheme carries a pair, the token may stand
 * on either side of the colon: some clients insist on a user name, others on a key id.
 */
const TOKEN = /^khien_[\w-]{1,500}$/u;

function decoded(base64: string): string {
  return /^[\w+/=-]{1,1500}$/u.test(base64) ? Buffer.from(base64, "base64").toString("latin1") : "";
}

function ofPair(pair: string): string | undefined {
  const colon = pair.indexOf(":");
  if (colon < 0) return undefined;
  return [pair.slice(colon + 1), pair.slice(0, colon)].find((side) => TOKEN.test(side));
}

/** `schemes`: those whose credentials are the token itself, beside Basic. Lower case. */
export function tokenIn(authorization: string, schemes: readonly string[]): string | undefined {
  const [, scheme = "", credentials = ""] = /^([A-Za-z]{1,16}) +(\S+)$/u.exec(authorization.trim()) ?? [];
  const name = scheme.toLowerCase();
  if (name === "basic") return ofPair(decoded(credentials));
  if (!schemes.includes(name)) return undefined;
  if (TOKEN.test(credentials)) return credentials;
  // Elasticsearch API keys travel as base64 of "id:key".
  return name === "apikey" ? ofPair(decoded(credentials)) : undefined;
}
