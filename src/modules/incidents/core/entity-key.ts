/** One key for the same thing however it was written: kinds that name addresses are one kind, case does not matter. */
import { tableOf } from "../../../kernel/index.ts";

const SAME_KIND = tableOf<string>({
  srcIp: "ip",
  dstIp: "ip",
  src_ip: "ip",
  dst_ip: "ip",
  account: "user",
});

export function entityKey(kind: string, value: string): string {
  return `${SAME_KIND[kind] ?? kind}\0${value.trim().toLowerCase()}`;
}

export function entityOfKey(key: string): { kind: string; value: string } {
  const at = key.indexOf("\0");
  return { kind: key.slice(0, at), value: key.slice(at + 1) };
}
