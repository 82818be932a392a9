/** A hold as a search: what it finds in a segment keeps the segment. */
import { EARLIEST, Fault, LATEST } from "../../../kernel/index.ts";
import { parseQuery, type Query } from "../core/query/index.ts";
import type { HoldQuery } from "../store/upkeep.ts";
import type { Hold, HoldScope } from "./schemas.ts";

export function holdQuery({ id, scope }: Pick<Hold, "id" | "scope">): HoldQuery {
  if ("events" in scope) {
    return { hold: id, query: anyOf("id", scope.events), from: EARLIEST, to: LATEST };
  }
  const items = [parsed(scope)];
  if (scope.hosts.length > 0) items.push(anyOf("host", scope.hosts));
  if (scope.sensors.length > 0) items.push(anyOf("sensor", scope.sensors));
  return {
    hold: id,
    query: { kind: "and", items },
    from: scope.from === undefined ? EARLIEST : Date.parse(scope.from),
    to: scope.to === undefined ? LATEST : Date.parse(scope.to),
  };
}

/** Fault lake.query.*: a hold that cannot be read would hold nothing. */
function parsed({ query }: Exclude<HoldScope, { events: unknown }>): Query {
  const result = parseQuery(query);
  if (result.ok) return result.query;
  const { code, from, to } = result.error;
  throw new Fault("invalid", `lake.${code}`, `the query is wrong at ${from}`, { from, to });
}

function anyOf(field: string, values: readonly string[]): Query {
  const items = values.map(
    (value): Query => ({ kind: "field", field, test: { kind: "match", pattern: [{ literal: value }] } }),
  );
  return items.length === 1 && items[0] !== undefined ? items[0] : { kind: "or", items };
}
