import { useSyncExternalStore } from "react";
import { isRecent, useFormat } from "./i18n/format.ts";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** One clock for every relative time on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

interface WhenProps {
  readonly at: string;
  /** `list`: relative under 24 h, exact on hover. `both`: relative with the exact time beside it. `exact`: only that. */
  readonly as?: "list" | "both" | "exact";
}

export function When({ at, as = "list" }: WhenProps) {
  const format = useFormat();
  const moment = new Date(at);
  const current = Math.max(useNow(), Date.now() - TICK_MS);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  const exact = format.exact(moment);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const recent = isRecent(moment, current);
  const relative = format.ago(moment, current);
  const text =
    as === "list"
      ? recent
        ? relative
        : format.date(moment)
      : as === "both" && recent
        ? `${relative} · ${exact}`
        : exact;
  return (
    <time dateTime={at} title={`${exact} ${zone}\n${at}`}>
      {text}
    </time>
  );
}
