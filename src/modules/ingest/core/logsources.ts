import type { LogSource } from "../../../kernel/index.ts";
import { MAX_LOGSOURCES } from "./limits.ts";

const known = new Map<string, LogSource>();

/** One shared, frozen object per combination: events are many, log sources few. Always lower case. */
export function logSource(product: string | undefined, service?: string, category?: string): LogSource {
  const key = `${product ?? ""}\n${service ?? ""}\n${category ?? ""}`;
  const shared = known.get(key);
  if (shared !== undefined) return shared;
  const made: LogSource = Object.freeze({
    ...(product === undefined ? {} : { product: product.toLowerCase() }),
    ...(category === undefined ? {} : { category: category.toLowerCase() }),
    ...(service === undefined ? {} : { service: service.toLowerCase() }),
  });
  if (known.size < MAX_LOGSOURCES) known.set(key, made);
  return made;
}

/** Nothing is known about where the record comes from. */
export const UNKNOWN_SOURCE: LogSource = Object.freeze({});
