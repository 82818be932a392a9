import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../api/client.ts";
import type {
  EventPage,
  FieldSummaryResponse,
  HistogramResponse,
  PipelineResponse,
  TopResponse,
} from "../../api/types.ts";
import { type HuntSearch, spanOf } from "./search.ts";

const PAGE = 200;
const BUCKETS = 90;
const TOP_VALUES = 100;
const ANSWER_ROWS = 1_000;

/** Whether commands follow the search: a bar outside quotes. */
export function hasCommands(query: string): boolean {
  return query.replaceAll(/"[^"]*"/gu, "").includes("|");
}

/** One run of the query of the address: rows, histogram, fields and, when grouped, the top values. */
export function useHuntRun(search: HuntSearch) {
  const client = useQueryClient();
  const [run, setRun] = useState({ number: 0, at: Date.now() });
  const { q, range, from, to } = search;
  // A new run resolves a relative range anew
  const span = useMemo(() => spanOf({ q, range, from, to }, run.at), [q, range, from, to, run.at]);
  const asked = { query: q ?? "", ...span };
  const key = ["hunt", asked] as const;
  const order = search.order === "oldest" ? "oldest" : "newest";
  const group = search.group;
  const commands = hasCommands(asked.query);
  const once = { staleTime: Number.POSITIVE_INFINITY, retry: false } as const;

  const rows = useInfiniteQuery({
    queryKey: [...key, "rows", order],
    queryFn: ({ pageParam, signal }) =>
      api.get<EventPage>("/events", { ...asked, order, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled: group === undefined && !commands,
    ...once,
  });
  const answer = useQuery({
    queryKey: [...key, "answer"],
    queryFn: ({ signal }) => api.get<PipelineResponse>("/hunt", { ...asked, limit: ANSWER_ROWS }, signal),
    enabled: group === undefined && commands,
    ...once,
  });
  const histogram = useQuery({
    queryKey: [...key, "histogram"],
    queryFn: ({ signal }) => api.get<HistogramResponse>("/events/histogram", { ...asked, buckets: BUCKETS }, signal),
    placeholderData: keepPreviousData,
    ...once,
  });
  const fields = useQuery({
    queryKey: [...key, "fields"],
    queryFn: ({ signal }) => api.get<FieldSummaryResponse>("/events/fields", asked, signal),
    placeholderData: keepPreviousData,
    ...once,
  });
  const top = useQuery({
    queryKey: [...key, "top", group],
    queryFn: ({ signal }) => api.get<TopResponse>("/events/top", { ...asked, field: group, limit: TOP_VALUES }, signal),
    enabled: group !== undefined,
    ...once,
  });
  const parts = [rows, answer, histogram, fields, top];
  return {
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
    cancel: () => void client.cancelQueries({ queryKey: ["hunt"] }),
  };
}
