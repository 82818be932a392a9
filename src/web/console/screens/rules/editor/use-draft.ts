import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../../api/client.ts";
import type { DraftCheck } from "../../../api/rule-types.ts";
import type { LineMark } from "./text-editor.tsx";

const TYPING_PAUSE_MS = 400;
const RANK = { error: 2, warning: 1, info: 0 } as const;

export function useDelayedValue<Value>(value: Value, pauseMs: number): Value {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return late;
}

/** What the server thinks of the text, asked whenever the author pauses. `fresh`: the answer is about this very text. */
export function useDraftCheck(text: string) {
  const settled = useDelayedValue(text, TYPING_PAUSE_MS);
  const check = useQuery({
    queryKey: ["draft-check", settled],
    queryFn: () => api.post<DraftCheck>("/rules/drafts/check", { text: settled }),
    enabled: settled.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return { check, fresh: settled === text && check.isSuccess && !check.isPlaceholderData };
}

/** The worst thing said about each line. */
export function lineMarks(check: DraftCheck | undefined): ReadonlyMap<number, LineMark> {
  const marks = new Map<number, LineMark>();
  for (const { line, level } of check?.lint ?? []) {
    const known = marks.get(line);
    if (known === undefined || RANK[level] > RANK[known]) marks.set(line, level);
  }
  for (const { line } of check?.problems ?? []) marks.set(Math.max(1, line), "error");
  return marks;
}
