import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api, ApiFault } from "../../api/client.ts";
import type {
  NotebookChange,
  NotebookHistory,
  NotebookList,
  NotebookPage,
  NotebookVerification,
} from "../../api/investigation-types.ts";
import { faultText } from "../../fault-view.tsx";

const path = (id: string) => `/notebooks/${encodeURIComponent(id)}`;
const pageKey = (id: string, entry: number | undefined) => ["notebooks", "page", id, entry ?? "now"] as const;

export function useNotebooks() {
  return useQuery({
    queryKey: ["notebooks", "list"],
    queryFn: ({ signal }) => api.get<NotebookList>("/notebooks", undefined, signal),
  });
}

export function useNotebook(id: string, entry: number | undefined) {
  return useQuery({
    queryKey: pageKey(id, entry),
    queryFn: ({ signal }) => api.get<NotebookPage>(path(id), { entry }, signal),
  });
}

export function useNotebookHistory(id: string) {
  return useQuery({
    queryKey: ["notebooks", "history", id],
    queryFn: ({ signal }) => api.get<NotebookHistory>(`${path(id)}/history`, undefined, signal),
  });
}

export function useNotebookVerification(id: string, head: string) {
  return useQuery({
    queryKey: ["notebooks", "verification", id, head],
    queryFn: ({ signal }) => api.get<NotebookVerification>(`${path(id)}/verification`, undefined, signal),
  });
}

export interface Freezing {
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly after: string | null;
}

export const writeChanges = (id: string, expected: number, changes: readonly NotebookChange[]) =>
  api.post<NotebookPage>(`${path(id)}/changes`, { expected, changes });
export const freezeResult = (id: string, asked: Freezing) => api.post<NotebookPage>(`${path(id)}/results`, asked);
export const readNotebook = (id: string) => api.get<NotebookPage>(path(id));
export const createNotebook = (title: string) => api.post<NotebookPage>("/notebooks", { title });

export interface Conflict {
  readonly changes: readonly NotebookChange[];
  /** The entry the writer saw last. */
  readonly seen: number;
  readonly resolve: (written: boolean) => void;
}

/** Writing in a notebook: what others wrote meanwhile is shown before anything is written over it. */
export function useWriting(page: NotebookPage) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [conflict, setConflict] = useState<Conflict>();
  const adopt = (next: NotebookPage) => {
    client.setQueryData(pageKey(next.id, undefined), next);
    void client.invalidateQueries({ queryKey: ["notebooks", "history", next.id] });
    void client.invalidateQueries({ queryKey: ["notebooks", "list"] });
  };
  const fail = (error: unknown) => toast.show({ text: faultText(error, t), tone: "bad" });
  const change = useMutation({
    mutationFn: (asked: { expected: number; changes: readonly NotebookChange[] }) =>
      writeChanges(page.id, asked.expected, asked.changes),
    onSuccess: adopt,
  });
  const freeze = useMutation({
    mutationFn: (asked: Freezing) => freezeResult(page.id, asked),
    onSuccess: adopt,
    onError: fail,
  });
  const settings = useMutation({
    mutationFn: (part: { title?: string; shared?: boolean; archived?: boolean }) =>
      api.patch<NotebookPage>(path(page.id), part),
    onSuccess: adopt,
    onError: fail,
  });
  /** True when it is written; false when the writer decided otherwise or it could not be. */
  const attempt = async (changes: readonly NotebookChange[], expected: number): Promise<boolean> => {
    try {
      await change.mutateAsync({ expected, changes });
      return true;
    } catch (error) {
      if (!(error instanceof ApiFault) || error.code !== "hunts.notebook.changed_meanwhile") {
        fail(error);
        return false;
      }
      return await new Promise<boolean>((resolve) => setConflict({ changes, seen: expected, resolve }));
    }
  };
  const settle = (written: boolean) => {
    conflict?.resolve(written);
    setConflict(undefined);
  };
  const refresh = () => client.invalidateQueries({ queryKey: ["notebooks", "page", page.id] });
  return {
    write: (...changes: readonly NotebookChange[]) => attempt(changes, page.entries),
    freeze,
    settings,
    isBusy: change.isPending || freeze.isPending,
    conflict,
    /** Mine after theirs, knowing what theirs is. */
    writeAnyway: async () => {
      if (conflict === undefined) return;
      const { changes } = conflict;
      const now = await readNotebook(page.id);
      settle(await attempt(changes, now.entries));
    },
    /** The draft stays open; the page behind it becomes the newest. */
    keepDraft: () => {
      settle(false);
      void refresh();
    },
  };
}

export type Writing = ReturnType<typeof useWriting>;
