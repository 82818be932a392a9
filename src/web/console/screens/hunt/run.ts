import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useDelayed } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { RunningQuery } from "../../api/hunt-types.ts";
import { useMay } from "../../api/session.ts";
import type { FieldSummaryResponse, HistogramResponse, PipelineResponse, TopResponse } from "../../api/types.ts";
import { hasCommands, type HuntSearch, spanOf } from "./search.ts";

const PAGE = 200;
const BUCKETS = 90;
const TOP_VALUES = 100;
const ANSWER_ROWS = 1_000;
const WATCH_MS = 500;

export type HuntRun = ReturnType<typeof useHuntRun>;

/** A name of this page's own for its runs: the newest one under it stops the one before. */
function runName(): string {
  return `hunt-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const ONCE = { staleTime: Number.POSITIVE_INFINITY, retry: false } as const;

/** One run of the query of the address: rows, histogram, fields and, when grouped, the top values. */
export function useHuntRun(search: HuntSearch) {
  const client = useQueryClient();
  const may = useMay();
  const [name] = useState(runName);
  const [run, setRun] = useState({ number: 0, at: Date.now() });
  const { q, range, from, to, at } = search;
  // A new run resolves a relative range anew
  const span = useMemo(() => spanOf({ q, range, from, to }, run.at), [q, range, from, to, run.at]);
  const asked = { query: q ?? "", ...span, at: at ?? new Date(run.at).toISOString() };
  const key = ["hunt", asked] as const;
  const order = search.order === "oldest" ? "oldest" : "newest";
  const group = search.group;
  const isReady = search.link === undefined && search.live === undefined;
  const commands = hasCommands(asked.query);

  const rows = useInfiniteQuery({
    queryKey: [...key, "rows", order],
    queryFn: ({ pageParam, signal }) =>
      api.get<PipelineResponse>("/hunt", { ...asked, order, limit: PAGE, cursor: pageParam, run: name }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.kind === "events" ? (last.nextCursor ?? undefined) : undefined),
    enabled: isReady && group === undefined && !commands,
    ...ONCE,
  });
  const answer = useQuery({
    queryKey: [...key, "answer"],
    queryFn: ({ signal }) => api.get<PipelineResponse>("/hunt", { ...asked, limit: ANSWER_ROWS, run: name }, signal),
    enabled: isReady && group === undefined && commands,
    ...ONCE,
  });
  const histogram = useQuery({
    queryKey: [...key, "histogram"],
    queryFn: ({ signal }) => api.get<HistogramResponse>("/events/histogram", { ...asked, buckets: BUCKETS }, signal),
    placeholderData: keepPreviousData,
    enabled: isReady,
    ...ONCE,
  });
  const fields = useQuery({
    queryKey: [...key, "fields"],
    queryFn: ({ signal }) => api.get<FieldSummaryResponse>("/events/fields", asked, signal),
    placeholderData: keepPreviousData,
    enabled: isReady,
    ...ONCE,
  });
  const top = useQuery({
    queryKey: [...key, "top", group],
    queryFn: ({ signal }) => api.get<TopResponse>("/events/top", { ...asked, field: group, limit: TOP_VALUES }, signal),
    enabled: isReady && group !== undefined,
    ...ONCE,
  });
  const parts = [rows, answer, histogram, fields, top];
  return {
    name,
    rows,
    answer,
    /** What fills the body of the screen. */
    main: group !== undefined ? top : commands ? answer : rows,
    histogram,
    fields,
    top,
    span,
    asked,
    isRunning: parts.some((part) => part.isFetching),
    again: () => {
      client.removeQueries({ queryKey: ["hunt"] });
      setRun((last) => ({ number: last.number + 1, at: Date.now() }));
    },
    cancel: () => {
      void client.cancelQueries({ queryKey: ["hunt"] });
      // A proxy between may keep the connection we dropped; said aloud, the server stops at once all the same.
      if (may("hunts.write")) void api.remove(`/hunt/running/${name}`).catch(() => undefined);
    },
  };
}

/** How far a run is, asked for only when it takes longer than a glance. */
export function useProgress(name: string, isActive: boolean): RunningQuery | undefined {
  const isLong = useDelayed(isActive);
  const { data } = useQuery({
    queryKey: ["hunt-running", name],
    queryFn: ({ signal }) => api.get<{ items: RunningQuery[] }>("/hunt/running", undefined, signal),
    enabled: isLong,
    refetchInterval: WATCH_MS,
    gcTime: 0,
  });
  return isActive ? data?.items.find(({ run }) => run === name) : undefined;
}
