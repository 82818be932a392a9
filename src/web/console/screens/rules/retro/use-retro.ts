import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { RetroHunt, RetroHuntPage, RetroHuntRequest, RetroMatchPage } from "../../../api/rule-types.ts";
import { faultText } from "../../../fault-view.tsx";

const LISTED = 200;
const MATCHES = 100;
/** The live channel tells of progress; this is for when it is away. */
const FALLBACK_MS = 5_000;
const path = (id: string) => `/retro-hunts/${encodeURIComponent(id)}`;

export function isUnderWay(hunt: Pick<RetroHunt, "state">): boolean {
  return hunt.state === "waiting" || hunt.state === "running";
}

export function useRetroHunts() {
  return useQuery({
    queryKey: ["retro-hunts", "list"],
    queryFn: ({ signal }) => api.get<RetroHuntPage>("/retro-hunts", { limit: LISTED }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useRetroHunt(id: string | undefined) {
  return useQuery({
    queryKey: ["retro-hunts", "detail", id],
    queryFn: ({ signal }) => api.get<RetroHunt>(path(id ?? ""), undefined, signal),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? FALLBACK_MS : false),
  });
}

export function useRetroMatches(id: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["retro-hunts", "matches", id],
    queryFn: ({ pageParam, signal }) =>
      api.get<RetroMatchPage>(`${path(id)}/matches`, { cursor: pageParam, limit: MATCHES }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled,
  });
}

export function useLaunch(onLaunched: (hunt: RetroHunt) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: RetroHuntRequest) => api.post<RetroHunt>("/retro-hunts", request),
    onSuccess: (hunt) => {
      client.setQueryData(["retro-hunts", "detail", hunt.id], hunt);
      void client.invalidateQueries({ queryKey: ["retro-hunts", "list"] });
      onLaunched(hunt);
    },
  });
}

/** Cancels what runs, removes what has ended: the same verb of the server. */
export function useRemoveHunt(onGone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return useMutation({
    mutationFn: (hunt: RetroHunt) => api.remove(path(hunt.id)),
    onSuccess: async (_, hunt) => {
      const cancelled = isUnderWay(hunt);
      toast.show({ text: t(cancelled ? "retro.did.cancel" : "retro.did.remove") });
      if (!cancelled) onGone();
      // What is gone must not be asked for again while its panel is closing: then only the list is.
      await client.invalidateQueries({ queryKey: cancelled ? ["retro-hunts"] : ["retro-hunts", "list"] });
    },
    onError: (error) => toast.show({ text: faultText(error, t), tone: "bad" }),
  });
}
