import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api, ApiFault } from "../../../api/client.ts";
import type { RuleDetail } from "../../../api/rule-types.ts";

const CONFLICT = "detection.own.conflict";

interface Desk {
  readonly initial: string;
  readonly saved: RuleDetail | undefined;
  readonly onSaved: (detail: RuleDetail) => void;
}

/** The text on the desk, what the server has of it, and saving the one as the other. */
export function useSave({ initial, saved, onSaved }: Desk) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [text, setText] = useState(initial);
  const [conflict, setConflict] = useState(false);
  // What the guard compares with: it must know at once that a save has gone through.
  const kept = useRef({ text: saved === undefined ? undefined : initial, version: saved?.version });
  const latest = useRef(text);
  latest.current = text;
  const save = useMutation({
    mutationFn: ({ body, version }: { body: string; version: string | undefined }) =>
      saved === undefined
        ? api.post<RuleDetail>("/rules/own", { text: body })
        : api.put<RuleDetail>(`/rules/own/${encodeURIComponent(saved.rule.id)}`, { text: body, version }),
    onSuccess: (detail, { body }) => {
      kept.current = { text: detail.text, version: detail.version };
      // The server writes an id into a text that has none; what was typed meanwhile is the author's.
      if (latest.current === body) {
        latest.current = detail.text;
        setText(detail.text);
      }
      setConflict(false);
      toast.show({ text: t(detail.rule.enabled ? "editor.did.save" : "editor.did.save_off") });
      onSaved(detail);
      void client.invalidateQueries({ queryKey: ["rules"], refetchType: "none" });
    },
    onError: (error) => {
      if (error instanceof ApiFault && error.code === CONFLICT && saved !== undefined) setConflict(true);
    },
  });
  const isDirty = () => latest.current !== (kept.current.text ?? initial);
  return {
    text,
    setText,
    save: (version = kept.current.version) => save.mutate({ body: latest.current, version }),
    /** The other's text becomes the one that is edited. */
    take: (detail: RuleDetail) => {
      kept.current = { text: detail.text, version: detail.version };
      setText(detail.text);
      setConflict(false);
      onSaved(detail);
    },
    isDirty,
    isSaving: save.isPending,
    error: conflict ? null : save.error,
    conflict,
    closeConflict: () => setConflict(false),
  };
}
