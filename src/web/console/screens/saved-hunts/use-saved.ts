import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type {
  HuntContent,
  HuntPreview,
  HuntRunList,
  HuntSchedule,
  SavedHunt,
  SavedHuntList,
} from "../../api/hunt-types.ts";
import { useMay, useSession } from "../../api/session.ts";
import { faultText } from "../../fault-view.tsx";

const KEY = ["saved-hunts"] as const;
const REFRESH_MS = 30_000;
const path = (id: string) => `/saved-hunts/${encodeURIComponent(id)}`;

/** Runs happen on their own, so what is shown of them is asked for again now and then. */
export function useSavedHunts() {
  return useQuery({
    queryKey: [...KEY, "list"],
    queryFn: ({ signal }) => api.get<SavedHuntList>("/saved-hunts", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useSavedHunt(id: string | undefined) {
  return useQuery({
    queryKey: [...KEY, "detail", id],
    queryFn: ({ signal }) => api.get<SavedHunt>(path(id ?? ""), undefined, signal),
    enabled: id !== undefined,
    refetchInterval: REFRESH_MS,
    retry: false,
  });
}

export function useHuntRuns(id: string) {
  return useQuery({
    queryKey: [...KEY, "runs", id],
    queryFn: ({ signal }) => api.get<HuntRunList>(`${path(id)}/runs`, undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useHuntPreview(id: string, lookbackMs: number | undefined) {
  return useQuery({
    queryKey: [...KEY, "preview", id, lookbackMs],
    queryFn: ({ signal }) => api.get<HuntPreview>(`${path(id)}/preview`, { lookbackMs }, signal),
    enabled: lookbackMs !== undefined,
    retry: false,
    staleTime: REFRESH_MS,
  });
}

/** A hunt is changed by its owner, or by who administers rules. */
export function useMayChange(): (hunt: SavedHunt) => boolean {
  const may = useMay();
  const { user } = useSession();
  return (hunt) => may("hunts.write") && (hunt.owner.id === user.id || may("rules.write"));
}

/** What every change does when it is done: the lists are asked for again, and what happened is said. */
function useDone(said: string) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return {
    onSuccess: async () => {
      toast.show({ text: t(said) });
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: (error: unknown) => toast.show({ text: faultText(error, t), tone: "bad" }),
  };
}

export function useSaveHunt(id: string | undefined) {
  return useMutation({
    mutationFn: (content: HuntContent) =>
      id === undefined ? api.post<SavedHunt>("/saved-hunts", content) : api.put<SavedHunt>(path(id), content),
    onSuccess: useDone("saved.did.save").onSuccess,
  });
}

export function useRemoveHunt(onGone: () => void) {
  const client = useQueryClient();
  const done = useDone("saved.did.remove");
  return useMutation({
    mutationFn: (hunt: SavedHunt) => api.remove(path(hunt.id)),
    ...done,
    onSuccess: async (_, hunt: SavedHunt) => {
      onGone();
      // What is gone must not be asked for again while its panel is closing.
      client.removeQueries({ queryKey: [...KEY, "detail", hunt.id] });
      client.removeQueries({ queryKey: [...KEY, "runs", hunt.id] });
      await done.onSuccess();
    },
  });
}

export function useSchedule(id: string) {
  return useMutation({
    mutationFn: (schedule: HuntSchedule) => api.put<SavedHunt>(`${path(id)}/schedule`, schedule),
    onSuccess: useDone("saved.did.schedule").onSuccess,
  });
}

export function useUnschedule(id: string) {
  return useMutation({
    mutationFn: () => api.remove(`${path(id)}/schedule`),
    ...useDone("saved.did.unschedule"),
  });
}
