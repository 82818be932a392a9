import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type {
  Calendar,
  DutyNow,
  EscalationPolicy,
  EscalationView,
  ExceptionCreate,
  Handover,
  HandoverDraft,
  HandoverList,
  ImportReply,
  PersonContent,
  PolicyContent,
  Roster,
  RosterPerson,
  Rota,
  RotaContent,
  RotaList,
} from "../../api/people-types.ts";
import { useMay } from "../../api/session.ts";

const KEY = "people";
const REFRESH_MS = 60_000;

function useList<Answer>(name: string, path: string, query?: Readonly<Record<string, string | number>>) {
  return useQuery({
    queryKey: [KEY, name, query ?? {}],
    queryFn: ({ signal }) => api.get<Answer>(path, query, signal),
    // Shifts begin and end without anybody's doing.
    refetchInterval: REFRESH_MS,
  });
}

export const useRoster = () => useList<Roster>("roster", "/people/roster");
export const useRotas = () => useList<RotaList>("rotas", "/people/rotas");
export const useDuty = () => useList<DutyNow>("duty", "/people/duty");
export const useCalendar = (from: string) => useList<Calendar>("calendar", "/people/calendar", { from, days: 7 });
export const useEscalations = () => useList<EscalationView>("escalations", "/people/escalations");
export const useHandovers = () => useList<HandoverList>("handovers", "/people/handovers");

export function useHandover(id: string) {
  return useQuery({
    queryKey: [KEY, "handover", id],
    queryFn: ({ signal }) => api.get<Handover>(`/people/handovers/${encodeURIComponent(id)}`, undefined, signal),
    retry: false,
  });
}

/** Figures of this moment; they are frozen only by signing. */
export function useHandoverDraft() {
  return useQuery({
    queryKey: [KEY, "handover-draft"],
    queryFn: ({ signal }) => api.get<HandoverDraft>("/people/handover-draft", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useAccounts() {
  const may = useMay();
  return useQuery({
    queryKey: ["user-names"],
    queryFn: ({ signal }) =>
      api.get<{ items: { id: string; displayName: string }[] }>("/users/names", undefined, signal),
    enabled: may("people.names"),
  });
}

/** What every change does when it is done. */
function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>, said: string, onDone?: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      toast.show({ text: t(said) });
      await client.invalidateQueries({ queryKey: [KEY] });
      onDone?.();
    },
  });
}

export function useSavePerson(known: RosterPerson | undefined, onDone: () => void) {
  return useChange(
    ({ archived, ...content }: PersonContent & { archived: boolean }) =>
      known === undefined
        ? api.post<RosterPerson>("/people/roster", content)
        : api.put<RosterPerson>(`/people/roster/${known.id}`, { ...content, archived, version: known.version }),
    "people.did.person",
    onDone,
  );
}

export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: { csv: string; apply: boolean }) => api.post<ImportReply>("/people/roster/import", request),
    onSuccess: async ({ applied }) => {
      if (applied) await client.invalidateQueries({ queryKey: [KEY] });
    },
  });
}

export function useSaveRota(known: Rota | undefined, onDone: () => void) {
  return useChange(
    (content: RotaContent) =>
      known === undefined
        ? api.post<Rota>("/people/rotas", content)
        : api.put<Rota>(`/people/rotas/${known.id}`, { ...content, version: known.version }),
    "people.did.rota",
    onDone,
  );
}

export const useRemoveRota = (onDone: () => void) =>
  useChange((id: string) => api.remove(`/people/rotas/${id}`), "people.did.rota_removed", onDone);
export const useExcept = (onDone: () => void) =>
  useChange(
    (one: ExceptionCreate) => api.post<{ id: string }>("/people/exceptions", one),
    "people.did.exception",
    onDone,
  );
export const useWithdraw = () =>
  useChange((id: string) => api.remove(`/people/exceptions/${id}`), "people.did.withdrawn");

export function useSavePolicy(known: EscalationPolicy | undefined, onDone: () => void) {
  return useChange(
    (content: PolicyContent) =>
      known === undefined
        ? api.post<EscalationPolicy>("/people/escalations", content)
        : api.put<EscalationPolicy>(`/people/escalations/${known.id}`, { ...content, version: known.version }),
    "people.did.policy",
    onDone,
  );
}
export const useRemovePolicy = (onDone: () => void) =>
  useChange((id: string) => api.remove(`/people/escalations/${id}`), "people.did.policy_removed", onDone);

export function useSignHandover() {
  return useChange((text: string) => api.post<Handover>("/people/handovers", { text }), "handover.did.sign");
}
export const useReceiveHandover = (id: string) =>
  useChange(
    (remark: string) => api.post<Handover>(`/people/handovers/${encodeURIComponent(id)}/receive`, { remark }),
    "handover.did.receive",
  );
