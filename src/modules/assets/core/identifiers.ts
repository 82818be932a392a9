/**
 * By what a system is known in events: hosts, addresses and networks, accounts, domains.
 *
 * `folded` is what two spellings of one thing share; it is what the register compares, `value` what people wrote.
 */
import { MAX_IDENTIFIER } from "../limits.ts";
import { type Network, parseNetwork } from "./address.ts";

export const IDENTIFIER_KINDS = ["host", "address", "account", "domain"] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly folded: string;
}

/** An account, or a host, with the domain it was written with. */
export interface Qualified {
  readonly name: string;
  /** Empty when it was written without. */
  readonly qualifier: string;
}

/** Undefined when the text cannot be one of this kind. */
export function identifierOf(kind: IdentifierKind, text: string): Identifier | undefined {
  const value = text.normalize("NFC").trim();
  if (value === "" || value.length > MAX_IDENTIFIER || hasControl(value)) return undefined;
  const folded = FOLD[kind](value);
  return folded === undefined ? undefined : { kind, value, folded };
}

const FOLD: Readonly<Record<IdentifierKind, (value: string) => string | undefined>> = {
  host: (value) => {
    const name = foldedName(value);
    return isName(name) && parseNetwork(name) === undefined ? name : undefined;
  },
  address: (value) => {
    const network = parseNetwork(value);
    return network === undefined ? undefined : networkKey(network);
  },
  account: (value) => {
    const { name, qualifier } = accountOf(value);
    if (name === "") return undefined;
    return qualifier === "" ? name : `${name}@${qualifier}`;
  },
  domain: (value) => {
    const name = foldedName(value).replace(/^\*\./u, "");
    return isName(name) && name.includes(".") && parseNetwork(name) === undefined ? name : undefined;
  },
};

export function networkKey({ version, value, prefix }: Network): string {
  return `${version}:${value.toString(16)}/${prefix}`;
}

/** Case and the dot at the end do not matter in names. */
export function foldedName(text: string): string {
  return text.normalize("NFC").trim().toLowerCase().replace(/\.$/u, "");
}

/** `CORP\lan`, `lan@corp.vn` and `lan`. */
export function accountOf(text: string): Qualified {
  const folded = text.normalize("NFC").trim().toLowerCase();
  const slash = folded.lastIndexOf("\\");
  if (slash >= 0) return { name: folded.slice(slash + 1), qualifier: folded.slice(0, slash) };
  const at = folded.lastIndexOf("@");
  return at > 0 ? { name: folded.slice(0, at), qualifier: folded.slice(at + 1) } : { name: folded, qualifier: "" };
}

export function hostOf(folded: string): Qualified {
  const dot = folded.indexOf(".");
  return dot > 0 ? { name: folded.slice(0, dot), qualifier: folded.slice(dot + 1) } : { name: folded, qualifier: "" };
}

/** What a line of a pasted list most likely is; a name with dots is a host unless somebody says it is a domain. */
export function guessedKind(text: string): IdentifierKind {
  if (parseNetwork(text) !== undefined) return "address";
  if (text.includes("\\") || text.includes("@")) return "account";
  return text.trim().startsWith("*.") ? "domain" : "host";
}

function isName(name: string): boolean {
  return /^[\p{L}\p{N}_*][\p{L}\p{N}\p{M}_.-]*$/u.test(name) && !name.includes("..");
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}
