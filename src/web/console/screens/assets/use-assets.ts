import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type {
  Assessment,
  AssessmentList,
  AssessmentPage,
  Asset,
  AssetContent,
  AssetFilterValues,
  AssetHistory,
  AssetList,
  AssetMerged,
  AssetPage,
  IgnoredList,
  Scheme,
  SchemeAnswers,
  SchemeId,
  SeenList,
  SeenRegister,
  SeenRegistered,
  Verdict,
} from "../../api/asset-types.ts";
import { api } from "../../api/client.ts";
import { faultText } from "../../fault-view.tsx";
import type { AssetSearch, SeenSearch } from "./search.ts";

const KEY = ["assets"] as const;
const PAGE = 100;
const path = (id: string) => `/assets/${encodeURIComponent(id)}`;

/** What of the address filters the list; the rest says what is open. */
export function listQuery(search: AssetSearch) {
  const { q, criticality, level, nis2, zone, owner, state, sort, parent } = search;
  return { q, criticality, level, nis2, zone, owner, state, sort, parent };
}

export function useAssets(search: AssetSearch) {
  const query = listQuery(search);
  return useInfiniteQuery({
    queryKey: [...KEY, "list", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<AssetList>("/assets", { ...query, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
}

export function useFilterValues() {
  return useQuery({
    queryKey: [...KEY, "filter-values"],
    queryFn: ({ signal }) => api.get<AssetFilterValues>("/assets/filter-values", undefined, signal),
  });
}

/** Systems whose name, code or identifier holds the text, for choosing one. */
export function useAssetMatches(text: string) {
  return useQuery({
    queryKey: [...KEY, "matches", text],
    queryFn: ({ signal }) => api.get<AssetList>("/assets", { q: text, limit: 8 }, signal),
    enabled: text.trim() !== "",
    placeholderData: (before) => before,
  });
}

export function useAsset(id: string) {
  return useQuery({
    queryKey: [...KEY, "system", id],
    queryFn: ({ signal }) => api.get<AssetPage>(path(id), undefined, signal),
    retry: false,
  });
}

export function useAssetHistory(id: string) {
  return useInfiniteQuery({
    queryKey: [...KEY, "history", id],
    queryFn: ({ pageParam, signal }) => api.get<AssetHistory>(`${path(id)}/history`, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function useAssessments(id: string) {
  return useQuery({
    queryKey: [...KEY, "assessments", id],
    queryFn: ({ signal }) => api.get<AssessmentList>(`${path(id)}/assessments`, undefined, signal),
  });
}

export function useAssessment(id: string, assessment: string) {
  return useQuery({
    queryKey: [...KEY, "assessment", id, assessment],
    queryFn: ({ signal }) =>
      api.get<AssessmentPage>(`${path(id)}/assessments/${encodeURIComponent(assessment)}`, undefined, signal),
    retry: false,
  });
}

export function useScheme(scheme: SchemeId) {
  return useQuery({
    queryKey: ["asset-schemes", scheme],
    queryFn: ({ signal }) => api.get<Scheme>(`/asset-schemes/${scheme}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The result so far, with every answer; the last one stays until the next has come. */
export function useVerdict(scheme: SchemeId, answers: SchemeAnswers) {
  return useQuery({
    queryKey: ["asset-schemes", scheme, "verdict", answers],
    queryFn: () => api.post<Verdict>(`/asset-schemes/${scheme}/try`, { answers }),
    placeholderData: (before) => before,
  });
}

/** Lists are asked for again when something was changed, and what happened is said. */
function useDone() {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return {
    said: async (text: string, undo?: () => void) => {
      toast.show(undo === undefined ? { text } : { text, undo });
      await client.invalidateQueries({ queryKey: KEY });
    },
    failed: (error: unknown) => toast.show({ text: faultText(error, t), tone: "bad" }),
  };
}

export interface Saving {
  readonly content: AssetContent;
  readonly reason: string;
  /** Undefined: a new system. */
  readonly of: { readonly id: string; readonly version: number } | undefined;
}

export function useSaveAsset(onSaved: (system: Asset) => void) {
  const t = useText();
  const { said } = useDone();
  return useMutation({
    mutationFn: ({ content, reason, of }: Saving) =>
      of === undefined
        ? api.post<Asset>("/assets", { ...content, reason })
        : api.put<Asset>(path(of.id), { ...content, version: of.version, reason }),
    onSuccess: async (system) => {
      onSaved(system);
      await said(t("assets.did.save", { name: system.name }));
    },
  });
}

export function useAssetState(system: Asset, onDone: () => void) {
  const t = useText();
  const { said } = useDone();
  return useMutation({
    mutationFn: ({ act, reason }: { act: "retire" | "restore"; reason: string }) =>
      api.post<Asset>(`${path(system.id)}/${act}`, { version: system.version, reason }),
    onSuccess: async (_, { act }) => {
      onDone();
      await said(t(act === "retire" ? "assets.did.retire" : "assets.did.restore", { name: system.name }));
    },
  });
}

export function useUndoMerge() {
  const t = useText();
  const { said, failed } = useDone();
  return useMutation({
    mutationFn: (merge: string) => api.post<Asset>(`/asset-merges/${encodeURIComponent(merge)}/undo`),
    onSuccess: async (system) => await said(t("assets.did.unmerge", { name: system.name })),
    onError: failed,
  });
}

export function useMergeAsset(system: Asset, onMerged: (into: string) => void) {
  const t = useText();
  const { said } = useDone();
  const undo = useUndoMerge();
  return useMutation({
    mutationFn: ({ into, reason }: { into: string; reason: string }) =>
      api.post<AssetMerged>(`${path(system.id)}/merge`, { version: system.version, into, reason }),
    onSuccess: async ({ merge, target }) => {
      onMerged(target.id);
      await said(t("assets.did.merge", { name: system.name, into: target.name }), () => undo.mutate(merge));
    },
  });
}

export function useAssess(id: string, onKept: (assessment: Assessment) => void) {
  const t = useText();
  const { said } = useDone();
  return useMutation({
    mutationFn: (body: { scheme: SchemeId; answers: SchemeAnswers; hash: string; reason: string }) =>
      api.post<Assessment>(`${path(id)}/assessments`, body),
    onSuccess: async (assessment) => {
      onKept(assessment);
      await said(t("assets.did.assess"));
    },
  });
}

export function useSeen({ kind, days, reach, q }: SeenSearch, enabled: boolean) {
  return useQuery({
    queryKey: [...KEY, "seen", kind, days, reach, q],
    queryFn: ({ signal }) => api.get<SeenList>("/assets/seen", { kind, days, reach, q }, signal),
    placeholderData: (before) => before,
    enabled,
  });
}

export function useIgnored(enabled: boolean) {
  return useQuery({
    queryKey: [...KEY, "ignored"],
    queryFn: ({ signal }) => api.get<IgnoredList>("/assets/seen/ignored", undefined, signal),
    enabled,
  });
}

type Chosen = readonly { readonly kind: SeenRegister["items"][number]["kind"]; readonly value: string }[];

export function useUnignore() {
  const t = useText();
  const { said, failed } = useDone();
  return useMutation({
    mutationFn: (items: Chosen) => api.post<{ count: number }>("/assets/seen/unignore", { items }),
    onSuccess: async ({ count }) => await said(t("assets.did.unignore", { n: count })),
    onError: failed,
  });
}

export function useIgnore(onDone: () => void) {
  const t = useText();
  const { said } = useDone();
  const unignore = useUnignore();
  return useMutation({
    mutationFn: ({ items, reason }: { items: Chosen; reason: string }) =>
      api.post<{ count: number }>("/assets/seen/ignore", { items, reason }),
    onSuccess: async ({ count }, { items }) => {
      onDone();
      await said(t("assets.did.ignore", { n: count }), () => unignore.mutate(items));
    },
  });
}

export function useRegisterSeen(onDone: () => void) {
  const t = useText();
  const { said } = useDone();
  return useMutation({
    mutationFn: (body: SeenRegister) => api.post<SeenRegistered>("/assets/seen/register", body),
    onSuccess: async ({ system, added }) => {
      onDone();
      await said(t("assets.did.register", { n: added, name: system.name }));
    },
  });
}
