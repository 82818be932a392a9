import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type {
  AlertLinks,
  CaseGraph,
  CaseHistory,
  CaseList,
  CasePage,
  CaseTemplates,
  EvidenceList,
  SimilarCases,
} from "../../api/case-types.ts";
import { ApiFault, api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { faultText } from "../../fault-view.tsx";
import { type CaseListSearch, caseQuery } from "./search.ts";

const KEY = ["cases"] as const;
const PAGE = 100;
export const casePath = (id: string) => `/cases/${encodeURIComponent(id)}`;

export function useCaseList(search: CaseListSearch) {
  const { case: _case, ...filter } = search;
  return useInfiniteQuery({
    queryKey: [...KEY, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<CaseList>("/cases", { ...caseQuery(filter), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useCase(id: string) {
  return useQuery({
    queryKey: [...KEY, "page", id],
    queryFn: ({ signal }) => api.get<CasePage>(casePath(id), undefined, signal),
    retry: false,
  });
}

export function useCaseHistory(id: string) {
  return useQuery({
    queryKey: [...KEY, "history", id],
    queryFn: ({ signal }) => api.get<CaseHistory>(`${casePath(id)}/history`, undefined, signal),
  });
}

export function useSimilarCases(id: string) {
  return useQuery({
    queryKey: [...KEY, "similar", id],
    queryFn: ({ signal }) => api.get<SimilarCases>(`${casePath(id)}/similar`, undefined, signal),
  });
}

/** Cases that alerts may belong to, before anything is decided. */
export function useCaseCandidates(alerts: readonly string[]) {
  const ids = alerts.slice(0, 100).join(",");
  return useQuery({
    queryKey: [...KEY, "candidates", ids],
    queryFn: ({ signal }) => api.get<SimilarCases>("/case-candidates", { alerts: ids }, signal),
    enabled: ids !== "",
  });
}

export function useCaseGraph(id: string) {
  return useQuery({
    queryKey: [...KEY, "graph", id],
    queryFn: ({ signal }) => api.get<CaseGraph>(`${casePath(id)}/graph`, undefined, signal),
  });
}

export function useEvidence(id: string) {
  return useQuery({
    queryKey: [...KEY, "evidence", id],
    queryFn: ({ signal }) => api.get<EvidenceList>(`${casePath(id)}/evidence`, undefined, signal),
  });
}

export function useCaseTemplates() {
  return useQuery({
    queryKey: ["case-templates"],
    queryFn: ({ signal }) => api.get<CaseTemplates>("/case-templates", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useAlertCases(alert: string) {
  const may = useMay();
  return useQuery({
    queryKey: ["case-links", alert],
    queryFn: ({ signal }) => api.get<AlertLinks>("/case-links", { alerts: alert }, signal),
    enabled: may("cases.read"),
  });
}

/** A write that came too late: what was wanted, what the server says of it, and how it can be done all the same. */
export interface CaseConflict {
  readonly fault: ApiFault;
  readonly again: () => Promise<void>;
  readonly drop: () => void;
}

/**
 * Writes into one case. A write is given the newest page to take its versions from: when somebody was faster, the
 * person is asked, and the same write can be made again on what is there now.
 */
export function useCaseWriting(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const [conflict, setConflict] = useState<CaseConflict>();
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const attempt = async (page: CasePage, work: (page: CasePage) => Promise<unknown>): Promise<boolean> => {
    try {
      await work(page);
      await refresh();
      return true;
    } catch (error) {
      if (!(error instanceof ApiFault) || error.code !== "incidents.record.changed_meanwhile") {
        toast.show({ text: faultText(error, t), tone: "bad" });
        return false;
      }
      return await new Promise<boolean>((resolve) =>
        setConflict({
          fault: error,
          again: async () => {
            setConflict(undefined);
            const now = await api.get<CasePage>(casePath(id));
            client.setQueryData([...KEY, "page", id], now);
            resolve(await attempt(now, work));
          },
          drop: () => {
            setConflict(undefined);
            void refresh();
            resolve(true);
          },
        }),
      );
    }
  };
  return { attempt, conflict, refresh };
}
export type CaseWriting = ReturnType<typeof useCaseWriting>;
