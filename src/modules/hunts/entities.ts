import type { Cell, LakeStore, PipelineResponse, StoredEvent } from "../lake/index.ts";
import { fieldEquals } from "../lake/index.ts";
import { MAX_NEIGHBOURS, MAX_RECENT_EVENTS, QUESTIONS_AT_ONCE } from "./limits.ts";

export const ENTITY_KINDS = ["host", "user", "ip", "domain", "hash"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface EntityPage {
  readonly kind: EntityKind;
  readonly value: string;
  readonly events: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly days: readonly { readonly day: string; readonly count: number }[];
  /** What stood in the same events, most often first. */
  readonly neighbours: readonly {
    readonly kind: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
  readonly sources: readonly {
    readonly sensor: string;
    readonly product: string | null;
    readonly service: string | null;
    readonly count: number;
    readonly last: string;
  }[];
  readonly recent: readonly StoredEvent[];
  readonly from: string;
  readonly to: string;
}

interface EntityAsk {
  readonly kind: EntityKind;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

/** Neighbour fields by what is looked at; itself is never among its neighbours. */
const NEIGHBOURS = ["host", "user", "ip", "domain", "hash", "process"] as const;

/** Everything about one entity in a range, from a handful of questions in the search language itself. */
export async function entityPage(store: Pick<LakeStore, "pipeline" | "search">, ask: EntityAsk): Promise<EntityPage> {
  const { kind, value, from, to, signal } = ask;
  const query = fieldEquals(kind, value);
  const table = async (commands: string, limit: number) => {
    const answer = await store.pipeline({ query: `${query} | ${commands}`, from, to, signal, limit });
    return rowsOf(answer);
  };
  const kinds = NEIGHBOURS.filter((one) => one !== kind || kind === "ip");
  const [days, sources, page] = await Promise.all([
    table("stats count() as n, min(time) as first, max(time) as last span 1d", 400),
    table("stats count() as n, max(time) as last by sensor, product, service", 50),
    store.search({ query, from, to, signal, limit: MAX_RECENT_EVENTS }),
  ]);
  const neighbours: (readonly (readonly Cell[])[])[] = [];
  for (let at = 0; at < kinds.length; at += QUESTIONS_AT_ONCE) {
    const some = kinds.slice(at, at + QUESTIONS_AT_ONCE);
    const told = some.map((one) => table(`top ${MAX_NEIGHBOURS + 1} ${one}`, MAX_NEIGHBOURS + 1));
    neighbours.push(...(await Promise.all(told)));
  }
  const [first] = days;
  const last = days.at(-1);
  return {
    kind,
    value,
    events: days.reduce((sum, [, n]) => sum + Number(n), 0),
    firstSeen: text(first?.[2]),
    lastSeen: text(last?.[3]),
    days: days.map(([day, n]) => ({ day: String(day), count: Number(n) })),
    neighbours: kinds.map((one, at) => ({
      kind: one,
      values: (neighbours[at] ?? [])
        .map(([name, count]) => ({ value: String(name), count: Number(count) }))
        .filter((near) => near.value.toLowerCase() !== value.toLowerCase())
        .slice(0, MAX_NEIGHBOURS),
    })),
    sources: sources.map(([sensor, product, service, count, at]) => ({
      sensor: String(sensor),
      product: text(product),
      service: text(service),
      count: Number(count),
      last: String(at),
    })),
    recent: page.events,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
}

function rowsOf(answer: PipelineResponse): readonly (readonly Cell[])[] {
  return answer.kind === "table" ? answer.rows : [];
}

function text(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
