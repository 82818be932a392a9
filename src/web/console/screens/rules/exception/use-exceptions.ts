import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { ExceptionDraft, ExceptionPreview, RuleException, RuleExceptionList } from "../../../api/rule-types.ts";
import { faultText } from "../../../fault-view.tsx";
import { useDelayedValue } from "../editor/use-draft.ts";
import { rulePath } from "../use-rule.ts";

const TYPING_PAUSE_MS = 500;
/** A preview asks only what would be hidden; the words for people may still be missing. */
const UNWRITTEN = "-";

export function useExceptions(ruleId: string) {
  return useQuery({
    queryKey: ["rules", "exceptions", ruleId],
    queryFn: ({ signal }) => api.get<RuleExceptionList>(`${rulePath(ruleId)}/exceptions`, undefined, signal),
  });
}

/** What the exception would have hidden, asked again whenever its condition rests. */
export function usePreview(ruleId: string, condition: Pick<ExceptionDraft, "tests" | "text"> | undefined) {
  const asked = useDelayedValue(JSON.stringify(condition), TYPING_PAUSE_MS);
  const preview = useQuery({
    queryKey: ["exception-preview", ruleId, asked],
    queryFn: () =>
      api.post<ExceptionPreview>(`${rulePath(ruleId)}/exceptions/preview`, {
        title: UNWRITTEN,
        reason: UNWRITTEN,
        until: null,
        ...(JSON.parse(asked ?? "{}") as object),
      }),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  });
  return { preview, fresh: asked === JSON.stringify(condition) && preview.isSuccess && !preview.isPlaceholderData };
}

function useDone() {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return {
    done: async (key: string) => {
      await client.invalidateQueries({ queryKey: ["rules"] });
      toast.show({ text: t(key) });
    },
    failed: (error: unknown) => toast.show({ text: faultText(error, t), tone: "bad" }),
  };
}

export function useAddException(ruleId: string, onDone: () => void) {
  const { done } = useDone();
  return useMutation({
    mutationFn: (draft: ExceptionDraft) => api.post<RuleException>(`${rulePath(ruleId)}/exceptions`, draft),
    onSuccess: async () => {
      onDone();
      await done("exception.did.add");
    },
  });
}

const path = (id: string) => `/exceptions/${encodeURIComponent(id)}`;

export function useEndException(onDone: () => void) {
  const { done } = useDone();
  return useMutation({
    mutationFn: (id: string) => api.post<RuleException>(`${path(id)}/end`),
    onSuccess: async () => {
      onDone();
      await done("exception.did.end");
    },
  });
}

export function useExtendException(onDone: () => void) {
  const { done } = useDone();
  return useMutation({
    mutationFn: ({ id, until }: { id: string; until: string | null }) => api.patch<RuleException>(path(id), { until }),
    onSuccess: async () => {
      onDone();
      await done("exception.did.change");
    },
  });
}
