import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { address } from "../api/client.ts";
import type { Exercise, ExerciseList } from "../api/types.ts";

export interface AlertNews {
  readonly ids: readonly string[];
  readonly created: number;
}
export interface IngestNews {
  readonly eventsPerSecond: number;
  readonly backlog: number;
  readonly end: number;
  /** Code of the fault while the journal takes nothing in. */
  readonly refusal: string | null;
}
interface RuleNews {
  readonly retroHunt?: string;
}
interface LiveState {
  readonly connected: boolean;
  /** When the stream broke; what is on the page may be older than this. */
  readonly lostAt: number | undefined;
}
interface Live extends LiveState {
  readonly onAlerts: (listener: (news: AlertNews) => void) => () => void;
  readonly ingest: IngestNews | undefined;
}

const Context = createContext<Live>({
  connected: false,
  lostAt: undefined,
  ingest: undefined,
  onAlerts: () => () => undefined,
});
const WATCH_REFRESH_MS = 5_000;

function parsed<Value>(event: Event): Value | undefined {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as Value;
  } catch {
    return undefined;
  }
}

function withExercise(list: ExerciseList | undefined, news: Exercise): ExerciseList {
  const items = list?.items ?? [];
  const known = items.some((item) => item.id === news.id);
  return { items: known ? items.map((item) => (item.id === news.id ? news : item)) : [news, ...items] };
}

/** One event stream for the whole console. It reconnects by itself; after a gap everything shown is asked for again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ connected: false, lostAt: undefined });
  const [ingest, setIngest] = useState<IngestNews>();
  const listeners = useRef(new Set<(news: AlertNews) => void>());

  useEffect(() => {
    const stream = new EventSource(address("/live"));
    let broken = false;
    let watchTimer: ReturnType<typeof setTimeout> | undefined;
    stream.addEventListener("open", () => {
      setState({ connected: true, lostAt: undefined });
      if (broken) void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      broken = false;
    });
    stream.addEventListener("error", () => {
      if (!broken) setState({ connected: false, lostAt: Date.now() });
      broken = true;
    });
    stream.addEventListener("alerts", (event) => {
      const news = parsed<AlertNews>(event);
      if (news === undefined) return;
      for (const listener of listeners.current) listener(news);
      watchTimer ??= setTimeout(() => {
        watchTimer = undefined;
        void client.invalidateQueries({ queryKey: ["watch"] });
      }, WATCH_REFRESH_MS);
    });
    stream.addEventListener("ingest", (event) => setIngest(parsed<IngestNews>(event)));
    stream.addEventListener("exercise", (event) => {
      const news = parsed<Exercise>(event);
      if (news !== undefined) client.setQueryData<ExerciseList>(["exercises"], (list) => withExercise(list, news));
    });
    stream.addEventListener("approvals", () => void client.invalidateQueries({ queryKey: ["approvals"] }));
    stream.addEventListener("cases", () => {
      void client.invalidateQueries({ queryKey: ["cases"] });
      void client.invalidateQueries({ queryKey: ["case-links"] });
    });
    stream.addEventListener("identity", () => void client.invalidateQueries({ queryKey: ["break-glass"] }));
    stream.addEventListener("sensors", () => void client.invalidateQueries({ queryKey: ["sensors"] }));
    stream.addEventListener("assets", () => void client.invalidateQueries({ queryKey: ["assets"] }));
    stream.addEventListener("people", () => void client.invalidateQueries({ queryKey: ["people"] }));
    stream.addEventListener("notices", () => void client.invalidateQueries({ queryKey: ["notices"] }));
    stream.addEventListener("presence", () => void client.invalidateQueries({ queryKey: ["presence"] }));
    stream.addEventListener("rules", (event) => {
      const news = parsed<RuleNews>(event);
      // A step of a search in the past concerns only that search, and there may be two a second.
      const key = typeof news?.retroHunt === "string" ? ["retro-hunts"] : ["rules"];
      void client.invalidateQueries({ queryKey: key });
    });
    return () => {
      clearTimeout(watchTimer);
      stream.close();
    };
  }, [client]);

  const live = useMemo<Live>(
    () => ({
      ...state,
      ingest,
      onAlerts: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state, ingest],
  );
  return <Context value={live}>{children}</Context>;
}

export function useLiveState(): LiveState {
  return useContext(Context);
}

export function useLiveIngest(): IngestNews | undefined {
  return useContext(Context).ingest;
}

export function useAlertNews(listener: (news: AlertNews) => void): void {
  const { onAlerts } = useContext(Context);
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => onAlerts((news) => latest.current(news)), [onAlerts]);
}
