import type { Severity } from "../../../kernel/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import type { Outbox } from "../../../platform/outbox/index.ts";
import type { DetectionProgress, Found } from "../raise.ts";
import type { HuntRecord, HuntReport, KeptMatch } from "./hunt-record.ts";
import { MAX_KEPT_MATCHES } from "./limits.ts";
import type { TargetMatch } from "./matcher.ts";
import { insertMatches } from "./store.ts";
import type { HuntTarget } from "./target.ts";

interface Deps {
  readonly records: Records;
  readonly progress: Pick<DetectionProgress, "raise">;
  readonly outbox: Outbox;
  readonly target: HuntTarget;
  readonly levels: Readonly<Record<string, Severity>>;
}

/** Keeps the first matches of a hunt and, when asked, raises all of them; both in one transaction a page. */
export class MatchKeeper {
  readonly #deps: Deps;
  readonly #hunt: Pick<HuntRecord, "id" | "raise">;
  #kept = 0;
  #raised = 0;

  constructor(deps: Deps, hunt: Pick<HuntRecord, "id" | "raise">) {
    this.#deps = deps;
    this.#hunt = hunt;
  }

  get counts(): Pick<HuntReport, "kept" | "raised"> {
    return { kept: this.#kept, raised: this.#raised };
  }

  async keep(matches: readonly TargetMatch[]): Promise<void> {
    const { records, progress, outbox } = this.#deps;
    const { id, raise } = this.#hunt;
    const kept = matches.slice(0, MAX_KEPT_MATCHES - this.#kept).map(keptOf);
    if (kept.length === 0 && !raise) return;
    await records.transaction(async (tx) => {
      if (kept.length > 0) await insertMatches(tx, id, { from: this.#kept, matches: kept });
      if (raise) await progress.raise(tx, this.#foundOf(matches));
    });
    this.#kept += kept.length;
    if (!raise) return;
    this.#raised += matches.length;
    void outbox.wake();
  }

  #foundOf(matches: readonly TargetMatch[]): Found {
    const { target, levels } = this.#deps;
    const { main } = target;
    if (main.kind === "correlation") {
      const correlated = matches.flatMap(({ found }) => (found === undefined ? [] : [{ correlation: main, found }]));
      return { matches: [], correlated, levels };
    }
    const plain = matches.map(({ event, groupBy }) => ({
      rule: main,
      event,
      ...(groupBy === undefined ? {} : { groupBy }),
    }));
    return { matches: plain, correlated: [], levels };
  }
}

function keptOf({ event, findingId, found }: TargetMatch): KeptMatch {
  const { user, process, commandLine, srcIp, dstIp } = event.entities;
  return {
    eventId: event.id,
    time: found?.to ?? event.time,
    sensor: event.sensor,
    host: event.host ?? null,
    user: user ?? null,
    process: process ?? null,
    commandLine: commandLine?.slice(0, MAX_SHOWN) ?? null,
    srcIp: srcIp ?? null,
    dstIp: dstIp ?? null,
    findingId,
    group: found?.group ?? [],
    events: found?.count ?? 1,
  };
}

/** Characters of a command line a list shows. */
const MAX_SHOWN = 2_048;
