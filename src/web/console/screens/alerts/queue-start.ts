import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../../api/client.ts";
import type { QueueStart } from "../../api/types.ts";
import type { AlertFilter, AlertSearch } from "./search.ts";

const NONE: AlertFilter = {};
const isBare = (search: AlertSearch): boolean => Object.values(search).every((value) => value === undefined);

/**
 * Whoever enters without a wish starts with the queue they chose; once inside, an empty filter is a wish as well.
 * True while it is not known yet what to show.
 */
export function useQueueStart(search: AlertSearch, open: (filter: AlertFilter) => void): boolean {
  const entered = useRef(isBare(search));
  const start = useQuery({
    queryKey: ["alert-queue-start"],
    queryFn: ({ signal }) => api.get<QueueStart>("/alert-queue-start", undefined, signal),
    enabled: entered.current,
    staleTime: 60_000,
    retry: false,
  });
  const chosen = start.data?.start?.filter ?? NONE;
  const isWaiting = entered.current && isBare(search) && (start.isPending || !isBare(chosen));
  const isKnown = !start.isPending;
  useEffect(() => {
    if (!entered.current || !isKnown) return;
    entered.current = false;
    if (isBare(search) && !isBare(chosen)) open(chosen);
  }, [isKnown, search, chosen, open]);
  return isWaiting;
}
