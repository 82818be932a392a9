import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import type { Suggestion, SuggestResponse } from "../../api/hunt-types.ts";
import { stillFits } from "./completion.ts";
import type { Span } from "./search.ts";

const TYPING_PAUSE_MS = 120;
const FRESH_MS = 10_000;
const SHOWN = 12;

interface Place {
  readonly text: string;
  readonly cursor: number;
}
type Told = SuggestResponse & Place;

export interface Suggested {
  readonly items: readonly Suggestion[];
  /** The part of the text an item replaces. */
  readonly from: number;
  readonly to: number;
}

/** What may be written at the cursor, from what is stored. Nothing is asked while `active` is false. */
export function useSuggest({ text, cursor, span, active }: Place & { span: Span; active: boolean }) {
  const [asked, setAsked] = useState<Place>();
  useEffect(() => {
    if (!active) return undefined;
    const timer = setTimeout(() => setAsked({ text, cursor }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, cursor, active]);
  const { data } = useQuery({
    queryKey: ["suggest", asked, span.from],
    queryFn: async ({ signal }): Promise<Told> => {
      const place = asked ?? { text: "", cursor: 0 };
      const answer = await api.get<SuggestResponse>(
        "/suggest",
        { query: place.text, cursor: place.cursor, ...span },
        signal,
      );
      return { ...answer, ...place };
    },
    enabled: active && asked !== undefined,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    retry: false,
  });
  if (!active || data === undefined || !stillFits(data, { text, cursor })) return undefined;
  const written = text.slice(data.from, cursor);
  // Nothing to say when the only suggestion is there already
  const items = data.items.filter((item) => item.text !== written).slice(0, SHOWN);
  return items.length === 0 ? undefined : ({ items, from: data.from, to: cursor } satisfies Suggested);
}
