import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type {
  Destination,
  DestinationCreate,
  DestinationList,
  DestinationSecret,
  LetterList,
  Tried,
} from "../../api/notice-types.ts";
import { faultText } from "../../fault-view.tsx";
import { useCodeText } from "./destination-words.ts";

const KEY = ["notice-destinations"] as const;
const REFRESH_MS = 10_000;
const path = (id: string) => `/notices/destinations/${encodeURIComponent(id)}`;

export function useDestinations() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<DestinationList>("/notices/destinations", undefined, signal),
  });
}

/** Messages leave on their own, so what is shown of them is asked for again. */
export function useLetters(state: string) {
  return useQuery({
    queryKey: ["notice-letters", state],
    queryFn: ({ signal }) => api.get<LetterList>("/notices/letters", { state }, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useSaveDestination(known: Destination | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (content: DestinationCreate): Promise<Partial<DestinationSecret>> =>
      known === undefined
        ? api.post<DestinationSecret>("/notices/destinations", content)
        : { destination: await api.put<Destination>(path(known.id), { ...content, version: known.version }) },
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRenewSecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<DestinationSecret>(`${path(id)}/secret`),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveDestination(onGone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.remove(path(id)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY });
      onGone();
    },
  });
}

export function useTryDestination() {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const codeText = useCodeText();
  return useMutation({
    mutationFn: (id: string) => api.post<Tried>(`${path(id)}/try`, {}),
    onSuccess: async ({ ok, code }) => {
      toast.show(ok ? { text: t("destinations.tried") } : { text: codeText(code), tone: "bad" });
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: (error) => toast.show({ text: faultText(error, t), tone: "bad" }),
  });
}

export function useLetterDecision(what: "repeat" | "drop") {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => api.post<{ changed: number }>(`/notices/letters/${what}`, { ids }),
    onSuccess: async ({ changed }) => {
      toast.show({ text: t(`letters.did.${what}`, { n: changed }) });
      await client.invalidateQueries({ queryKey: ["notice-letters"] });
    },
    onError: (error) => toast.show({ text: faultText(error, t), tone: "bad" }),
  });
}
