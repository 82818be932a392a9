import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Text, useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api, ApiFault } from "../../api/client.ts";
import type { RuleChange, RuleDetail } from "../../api/rule-types.ts";
import { faultText } from "../../fault-view.tsx";

export const rulePath = (id: string) => `/rules/${encodeURIComponent(id)}`;
export const ruleKey = (id: string) => ["rules", "detail", id] as const;

export function useRule(id: string) {
  return useQuery({
    queryKey: ruleKey(id),
    queryFn: ({ signal }) => api.get<RuleDetail>(rulePath(id), undefined, signal),
    retry: (count, error) => count < 2 && !(error instanceof ApiFault && error.status === 404),
  });
}

/** The detail as it will be when the server agrees. */
function foreseen(detail: RuleDetail, { enabled, level, suppression }: RuleChange): RuleDetail {
  const { rule } = detail;
  return {
    ...detail,
    rule: {
      ...rule,
      enabled: enabled ?? rule.enabled,
      level: level === undefined ? rule.level : (level ?? rule.ownLevel),
    },
    levelOverride: level === undefined ? detail.levelOverride : level,
    suppression: suppression === undefined ? detail.suppression : suppression,
  };
}

/** What takes the change back. */
function inverse({ rule, levelOverride, suppression }: RuleDetail, change: RuleChange): RuleChange {
  return {
    ...(change.enabled === undefined ? {} : { enabled: rule.enabled }),
    ...(change.level === undefined ? {} : { level: levelOverride }),
    ...(change.suppression === undefined ? {} : { suppression }),
  };
}

function didText(change: RuleChange, t: Text): string {
  if (change.enabled !== undefined) return t(change.enabled ? "rule.did.enable" : "rule.did.disable");
  if (change.level !== undefined) {
    return change.level === null
      ? t("rule.did.level_back")
      : t("rule.did.level", { level: t(`severity.${change.level}`) });
  }
  return t(change.suppression === null ? "rule.did.suppression_off" : "rule.did.suppression");
}

/** A rule is turned on for the text that was looked at. */
function meant(change: RuleChange, seen: RuleDetail | undefined): RuleChange {
  return change.enabled === true && seen !== undefined ? { ...change, version: seen.version } : change;
}

/** Switching a rule, its level, its quiet time: shown at once, confirmed by the server, undoable for ten seconds. */
export function useRuleChange(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const set = async (change: RuleChange, undoing = false): Promise<void> => {
    const key = ruleKey(id);
    await client.cancelQueries({ queryKey: key });
    const before = client.getQueryData<RuleDetail>(key);
    if (before !== undefined) client.setQueryData(key, foreseen(before, change));
    try {
      await api.patch(rulePath(id), meant(change, before));
      const undo = before === undefined || undoing ? undefined : () => void set(inverse(before, change), true);
      toast.show({ text: didText(change, t), ...(undo === undefined ? {} : { undo }) });
    } catch (error) {
      if (before !== undefined) client.setQueryData(key, before);
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
    await client.invalidateQueries({ queryKey: ["rules"] });
  };
  return useMutation({ mutationFn: (change: RuleChange) => set(change) });
}
