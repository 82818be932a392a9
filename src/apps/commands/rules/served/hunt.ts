/** A back-test that a running server does: asked for, watched, cancelled there when somebody stops waiting. */
import { setTimeout as pause } from "node:timers/promises";
import { Fault, type Instant, toIso } from "../../../../kernel/index.ts";
import type { HuntReport, RetroHuntAnswer } from "../../../../modules/detection/index.ts";
import { printable } from "../../../scan/progress.ts";
import type { RuleServer } from "./server.ts";

export interface ServedHunt {
  /** A rule of the server, or a text it need not know. */
  readonly subject: { readonly ruleId: string } | { readonly text: string; readonly document?: string };
  readonly from: Instant;
  readonly to: Instant;
  readonly query: string | undefined;
}

export type HuntEnd =
  | { readonly rule: RetroHuntAnswer["rule"]; readonly report: HuntReport }
  /** Cancelled on the server, by this signal to us. */
  | { readonly stoppedBy: Signal };

type Signal = (typeof SIGNALS)[number];
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const PATH = "/api/v1/retro-hunts";
/** Small hunts are over at once; of long ones the server need not be asked more often than a person looks. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export async function huntOnServer(server: RuleServer, wanted: ServedHunt): Promise<HuntEnd> {
  const stop = new AbortController();
  const stopBy = (signal: Signal): void => stop.abort(signal);
  // Once: whoever asks twice does not want to wait for the server's answer.
  for (const signal of SIGNALS) process.once(signal, stopBy);
  try {
    return await watch(server, { wanted, stop: stop.signal });
  } finally {
    for (const signal of SIGNALS) process.off(signal, stopBy);
  }
}

interface Watch {
  readonly wanted: ServedHunt;
  readonly stop: AbortSignal;
}

async function watch(server: RuleServer, { wanted, stop }: Watch): Promise<HuntEnd> {
  const { subject, from, to, query } = wanted;
  const range = { from: toIso(from), to: toIso(to) };
  const asked = { kind: "back-test", ...subject, ...range, ...(query === undefined ? {} : { query }) };
  // Not to be broken off: a hunt whose id we never heard of could not be cancelled.
  let hunt = await server.ask<RetroHuntAnswer>("POST", PATH, asked);
  const path = `${PATH}/${encodeURIComponent(hunt.id)}`;
  const line = new ProgressLine();
  try {
    for (let waitMs = FIRST_PAUSE_MS; isUnderWay(hunt); waitMs = Math.min(LONGEST_PAUSE_MS, waitMs * 2)) {
      line.show(hunt);
      await pause(waitMs, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) {
        await server.ask("DELETE", path);
        return { stoppedBy: stop.reason as Signal };
      }
      hunt = await server.ask<RetroHuntAnswer>("GET", path);
    }
  } finally {
    line.clear();
  }
  return { rule: hunt.rule, report: reportOf(hunt) };
}

function isUnderWay({ state }: RetroHuntAnswer): boolean {
  return state === "waiting" || state === "running";
}

/** What the same hunt tells where it is run without a server. Fault rules.backtest.* when it did not come to its end. */
function reportOf(hunt: RetroHuntAnswer): HuntReport {
  const { state, error, progress, hosts, perDay, matches, alerts, kept, raised, costPerEventUs, storeQuery } = hunt;
  if (state === "failed") {
    const detail = `the back-test failed on the server: ${printable(error?.message ?? "it did not say why")}`;
    throw new Fault("unavailable", "rules.backtest.failed", detail, { code: error?.code ?? null });
  }
  if (state !== "done") {
    const detail =
      state === "cancelled" ? "somebody cancelled the back-test" : "the server stopped during the back-test";
    throw new Fault("unavailable", `rules.backtest.${state}`, detail);
  }
  return { ...progress, matches, kept, raised, hosts, perDay, alerts, costPerEventUs, storeQuery, error };
}

/** One line that rewrites itself, and nothing where standard error is no terminal. */
class ProgressLine {
  readonly #isShown = process.stderr.isTTY === true;

  show({ state, progress, matches }: RetroHuntAnswer): void {
    if (!this.#isShown) return;
    const { ratio, scanned } = progress;
    const told =
      state === "waiting"
        ? "waiting for the hunts before it"
        : `${Math.floor(ratio * 100)} %  ${scanned} events looked at  ${matches} findings`;
    process.stderr.write(`\r\x1b[2K${told}  (Ctrl-C cancels it on the server)`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write("\r\x1b[2K");
  }
}
