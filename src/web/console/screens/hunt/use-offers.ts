import { type KeyboardEvent, useId, useState } from "react";
import { MAX_RECENT_SHOWN } from "./recent.ts";
import type { Span } from "./search.ts";
import type { Offer } from "./suggestion-list.tsx";
import { useSuggest } from "./use-suggest.ts";

interface Writing {
  readonly text: string;
  readonly cursor: number;
  readonly span: Span;
  readonly recent: readonly string[];
  readonly isComposing: boolean;
}

/** Whether and what the box offers, and which of it the keys are on. */
export function useOffers({ text, cursor, span, recent, isComposing }: Writing) {
  const id = useId();
  const [wanted, setWanted] = useState(false);
  const [active, setActive] = useState(-1);
  const isEmpty = text.trim() === "";
  const suggested = useSuggest({ text, cursor, span, active: wanted && !isEmpty && !isComposing });
  const offers: readonly Offer[] = isEmpty
    ? recent.slice(0, MAX_RECENT_SHOWN).map((query) => ({ kind: "recent", query }))
    : (suggested?.items ?? []).map((item) => ({ kind: "item", item }));
  const isOpen = wanted && !isComposing && offers.length > 0;
  const show = (next: boolean) => {
    setWanted(next);
    setActive(-1);
  };
  const chosen = isOpen ? offers[Math.min(active, offers.length - 1)] : undefined;

  /** The offer a key accepts; undefined when the key is the text's. */
  const accepted = (event: KeyboardEvent): Offer | undefined => {
    if (!isOpen || event.shiftKey) return undefined;
    if (event.key === "Enter") return chosen;
    if (event.key !== "Tab") return undefined;
    // Tab leaves the box as anywhere else, unless a word is being written
    const isWriting = suggested !== undefined && suggested.to > suggested.from;
    return chosen ?? (isWriting ? offers[0] : undefined);
  };

  /** True when the key was the list's. */
  const moved = (event: KeyboardEvent): boolean => {
    if (event.key === " " && event.ctrlKey) show(true);
    else if (!isOpen) return false;
    else if (event.key === "Escape") show(false);
    else if (event.key === "ArrowDown") setActive((active + 1) % offers.length);
    else if (event.key === "ArrowUp") setActive(active <= 0 ? offers.length - 1 : active - 1);
    else return false;
    return true;
  };
  return { id, offers, isOpen, active: isOpen ? active : -1, suggested, show, accepted, moved };
}
