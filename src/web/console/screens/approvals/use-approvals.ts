import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type { ApprovalKinds, ApprovalList } from "../../api/approval-types.ts";

const KEY = ["approvals"] as const;
const REFRESH_MS = 60_000;

export function useApprovals() {
  return useQuery({
    queryKey: [...KEY, "list"],
    queryFn: ({ signal }) => api.get<ApprovalList>("/approvals", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

interface Decision {
  readonly decision: "approve" | "refuse";
  readonly note: string;
}

export function useDecide(id: string, onDone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return useMutation({
    mutationFn: (decision: Decision) =>
      api.post<ApprovalList>(`/approvals/${encodeURIComponent(id)}/decision`, decision),
    onSuccess: (list, { decision }) => {
      client.setQueryData([...KEY, "list"], list);
      toast.show({ text: t(`approvals.did.${decision}`) });
      onDone();
    },
  });
}

export function useWithdraw(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<ApprovalList>(`/approvals/${encodeURIComponent(id)}/withdraw`),
    onSuccess: (list) => client.setQueryData([...KEY, "list"], list),
  });
}

export function useApprovalKinds() {
  return useQuery({
    queryKey: [...KEY, "kinds"],
    queryFn: ({ signal }) => api.get<ApprovalKinds>("/approval-kinds", undefined, signal),
  });
}

export function useSwitchKind() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, enabled }: { kind: string; enabled: boolean }) =>
      api.put<ApprovalKinds>(`/approval-kinds/${encodeURIComponent(kind)}`, { enabled }),
    onSuccess: (kinds) => client.setQueryData([...KEY, "kinds"], kinds),
  });
}
