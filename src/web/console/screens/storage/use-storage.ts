/** What the rooms of storage ask the server. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { AuditPage } from "../../api/types.ts";
import { useMay } from "../../api/session.ts";
import type {
  Applied,
  Hold,
  HoldExtent,
  Preview,
  RetentionSettings,
  RunningCheck,
  ServerMemory,
  Storage,
  StorageCare,
} from "../../api/storage-types.ts";

const REFRESH_MS = 60_000;
const WATCH_MS = 1_500;
const HISTORY_ROWS = 50;

export function useStorage() {
  return useQuery({
    queryKey: ["storage", "state"],
    queryFn: ({ signal }) => api.get<Storage>("/storage", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useCare() {
  return useQuery({
    queryKey: ["storage", "care"],
    queryFn: ({ signal }) => api.get<StorageCare>("/storage/care", undefined, signal),
    refetchInterval: (query) => (query.state.data?.check.running == null ? REFRESH_MS : WATCH_MS),
  });
}

export function useStartCheck() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deep: boolean) => api.post<RunningCheck>("/storage/checks", { deep }),
    onSettled: () => client.invalidateQueries({ queryKey: ["storage", "care"] }),
  });
}

export function useMemory() {
  return useQuery({
    queryKey: ["storage", "memory"],
    queryFn: ({ signal }) => api.get<ServerMemory>("/memory", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useRetention() {
  return useQuery({
    queryKey: ["storage", "retention"],
    queryFn: ({ signal }) => api.get<RetentionSettings>("/retention", undefined, signal),
  });
}

export function usePreview() {
  return useQuery({
    queryKey: ["storage", "preview"],
    queryFn: ({ signal }) => api.get<Preview>("/retention/preview", undefined, signal),
  });
}

export function useApply() {
  const changed = useStorageChanged();
  return useMutation({ mutationFn: () => api.post<Applied>("/retention/apply"), onSuccess: changed });
}

export function useHolds() {
  return useQuery({
    queryKey: ["storage", "holds"],
    queryFn: ({ signal }) => api.get<{ items: Hold[] }>("/holds", undefined, signal),
  });
}

/** Counting reads segments: once while the page is open is enough. */
export function holdExtentQuery(id: string) {
  return {
    queryKey: ["storage", "extent", id],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api.get<HoldExtent>(`/holds/${encodeURIComponent(id)}/extent`, undefined, signal),
    staleTime: REFRESH_MS,
  };
}

/** Terms, quota and holds decide together what may go: one changed, all are asked anew. */
export function useStorageChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      queryKey: ["storage"],
      // What a hold finds is no matter of terms, and of a released one the server says nothing.
      predicate: ({ queryKey }) => queryKey[1] !== "extent",
    });
}

/** The newest entries of the audit log with these verbs; undefined for those who may not read it. */
export function useStorageHistory(name: string, verbs: readonly string[]) {
  const may = useMay();
  const allowed = may("audit.read");
  const entries = useQuery({
    queryKey: ["storage", "history", name],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        verbs.map((verb) => api.get<AuditPage>("/audit", { verb, limit: HISTORY_ROWS }, signal)),
      );
      return pages
        .flatMap(({ items }) => items)
        .sort((one, other) => other.index - one.index)
        .slice(0, HISTORY_ROWS);
    },
    enabled: allowed,
  });
  return { allowed, entries };
}
