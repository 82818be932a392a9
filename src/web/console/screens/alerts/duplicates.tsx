import { useQuery } from "@tanstack/react-query";
import { hasText, type Language, type Text } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { Alert, ProbableDuplicates } from "../../api/types.ts";
import type { Format } from "../../../kit/i18n/format.ts";
import { entityKindText, ruleTitle } from "./columns.tsx";

export type Duplicate = ProbableDuplicates["items"][number];

/** Alerts that probably say the same as one; nothing is asked while none is named. */
export function useDuplicates(alert: Pick<Alert, "id" | "version"> | undefined) {
  return useQuery({
    queryKey: ["alerts", "duplicates", alert?.id, alert?.version],
    queryFn: ({ signal }) =>
      api.get<ProbableDuplicates>(`/alerts/${encodeURIComponent(alert?.id ?? "")}/duplicates`, undefined, signal),
    enabled: alert !== undefined,
    staleTime: 15_000,
  });
}

/** Why, in one sentence: "the same 3 events", "same rule and host from another sensor, 4 min apart". */
export function reasonText(duplicate: Duplicate, { t, format }: { t: Text; format: Format }): string {
  const { shared, gapSeconds } = duplicate;
  const what = t(`duplicate.${duplicate.reason}`, {
    n: duplicate.events,
    technique: duplicate.technique?.toUpperCase() ?? "",
    entity: shared === null ? "" : entityKindText(shared.kind, t).toLocaleLowerCase(),
    value: shared === null ? "" : writtenAs(shared.value, duplicate.entity.value),
  });
  if (duplicate.reason === "same_events") return what;
  return gapSeconds === 0
    ? t("duplicate.at_once", { what })
    : t("duplicate.apart", { what, d: format.duration(gapSeconds) });
}

/** Shared values are compared in lower case; people read them as they are written. */
function writtenAs(folded: string, written: string): string {
  return written.trim().toLowerCase() === folded ? written : folded;
}

export function factorText(factor: Duplicate["factors"][number], t: Text): string {
  const key = `duplicate.factor.${factor.kind}`;
  return `${hasText(key) ? t(key) : factor.kind} ${factor.points}`;
}

export function duplicateTitle(duplicate: Duplicate, language: Language): string {
  return `${ruleTitle(duplicate.rule, language)} · ${duplicate.entity.value}`;
}
