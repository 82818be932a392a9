import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { TriagePolicy } from "../../api/types.ts";

/** How this installation triages; it changes with a restart only. */
export function useTriagePolicy() {
  return useQuery({
    queryKey: ["triage-policy"],
    queryFn: ({ signal }) => api.get<TriagePolicy>("/alerts/policy", undefined, signal),
    staleTime: Infinity,
  });
}

/** The next of these times of the day after `now`, local. */
export function nextShift(shifts: readonly string[], now: Date): Date | undefined {
  const starts = shifts.flatMap((shift) => {
    const [hour = 0, minute = 0] = shift.split(":").map(Number);
    return [0, 1].map((day) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, hour, minute));
  });
  return starts.filter((start) => start > now).toSorted((a, b) => a.getTime() - b.getTime())[0];
}
