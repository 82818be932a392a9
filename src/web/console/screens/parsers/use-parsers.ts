import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { Parser, ParserDetail, ParserList, ParserTrialResult, TopResponse } from "../../api/types.ts";
import { spanOf } from "../hunt/search.ts";

/** As the server takes them (src/modules/ingest/limits.ts). */
export const MAX_LINES = 100;
export const MAX_LINE_CHARACTERS = 65_536;
export const MAX_DRAFT_CHARACTERS = 262_144;

export const COUNTED_RANGE = "7d";
/** More than one place has, and all the server lists. */
const MOST_FORMATS = 200;
const WHOLE_LIST_MS = 60_000;

export interface ParserRow {
  readonly name: string;
  /** Undefined: a format in code, known only by what it has read. */
  readonly parser: Parser | undefined;
  /** Events of the last days; undefined where they may not be asked for, or have not come yet. */
  readonly events: number | undefined;
}

/** What stands in the store under a name and was understood by nobody. */
export const UNREAD = "raw";

export function useParserList() {
  return useQuery({
    queryKey: ["parsers"],
    queryFn: ({ signal }) => api.get<ParserList>("/parsers", undefined, signal),
    staleTime: WHOLE_LIST_MS,
  });
}

export function useParser(name: string | undefined) {
  return useQuery({
    queryKey: ["parsers", name],
    queryFn: ({ signal }) => api.get<ParserDetail>(`/parsers/${encodeURIComponent(name ?? "")}`, undefined, signal),
    enabled: name !== undefined,
    staleTime: WHOLE_LIST_MS,
  });
}

/** Events by the format that read them. */
export function useFormatCounts(): ReadonlyMap<string, number> | undefined {
  const may = useMay();
  const top = useQuery({
    queryKey: ["parsers", "events"],
    queryFn: ({ signal }) =>
      api.get<TopResponse>(
        "/events/top",
        { field: "format", limit: MOST_FORMATS, query: "", ...spanOf({ range: COUNTED_RANGE }, Date.now()) },
        signal,
      ),
    enabled: may("events.read"),
    staleTime: WHOLE_LIST_MS,
  });
  return useMemo(
    () => (top.data === undefined ? undefined : new Map(top.data.values.map(({ value, count }) => [value, count]))),
    [top.data],
  );
}

/** Definitions, and the formats in code that have read something. */
export function rowsOf(parsers: readonly Parser[], counts: ReadonlyMap<string, number> | undefined): ParserRow[] {
  const names = new Set(parsers.map(({ name }) => name));
  const defined = parsers.map((parser) => ({
    name: parser.name,
    parser,
    events: counts === undefined ? undefined : (counts.get(parser.name) ?? 0),
  }));
  const inCode = [...(counts ?? [])]
    .filter(([name]) => !names.has(name) && name !== UNREAD)
    .map(([name, events]) => ({ name, parser: undefined, events }));
  return [...defined, ...inCode];
}

export interface Trial {
  readonly lines: readonly string[];
  readonly format?: string;
  readonly definition?: string;
}

/** What the server makes of the lines; asked anew whenever the trial changes. */
export function useTrial(trial: Trial) {
  return useQuery({
    queryKey: ["parser-trial", trial],
    queryFn: () => api.post<ParserTrialResult>("/parsers/try", trial),
    enabled: trial.lines.length > 0 || trial.definition !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
}
