import { useMemo } from "react";
import { type Span, spanOf } from "../hunt/search.ts";

interface Range {
  readonly range?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A relative range is resolved when it is chosen, not with every drawing of the page. */
export function useSpan({ range, from, to }: Range, fallback: string): Span {
  return useMemo(
    () => spanOf(from !== undefined && to !== undefined ? { from, to } : { range: range ?? fallback }, Date.now()),
    [range, from, to, fallback],
  );
}
