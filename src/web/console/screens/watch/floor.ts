import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { WatchFloor } from "../../api/types.ts";
import { DEFAULT_HOURS, FIGURES, HOURS, type WatchSearch } from "./search.ts";

const REFRESH_MS = 30_000;

function useFloor(hours: string, exercise: WatchFloor["scope"], enabled: boolean) {
  return useQuery({
    queryKey: ["watch", hours, exercise],
    queryFn: ({ signal }) => api.get<WatchFloor>("/watch", { hours, exercise }, signal),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
    enabled,
  });
}

/** A house that has only had an exercise so far opens on the exercise's figures. */
function isOnlyExercised(floor: WatchFloor | undefined): boolean {
  return (
    floor !== undefined && floor.exercise !== null && floor.sensors.total === 0 && floor.alerts.newest.length === 0
  );
}

/** The floor an address asks for, the same for the desk and for the wall. */
export function useShownFloor(search: WatchSearch) {
  const hours = HOURS.find((each) => each === search.hours) ?? DEFAULT_HOURS;
  const wished = FIGURES.find((each) => each === search.figures);
  const real = useFloor(hours, "exclude", wished !== "exercise");
  const figures = wished ?? (isOnlyExercised(real.data) ? "exercise" : "real");
  const exercised = useFloor(hours, "only", figures === "exercise");
  return { hours, figures, floor: figures === "exercise" ? exercised : real };
}
