import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { AlertDetail } from "../../api/types.ts";

export const alertDetailKey = (id: string) => ["alerts", "detail", id];

/** One alert with its history; nothing is asked while none is named. */
export function useAlertDetail(id: string | undefined) {
  return useQuery({
    queryKey: alertDetailKey(id ?? ""),
    queryFn: ({ signal }) => api.get<AlertDetail>(`/alerts/${encodeURIComponent(id ?? "")}`, undefined, signal),
    enabled: id !== undefined,
  });
}
