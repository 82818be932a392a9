import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api } from "../api/client.ts";
import { useSession } from "../api/session.ts";
import type { PresenceList } from "../api/types.ts";

const SAY_EVERY_MS = 20_000;

/** Says that this person looks at the object while the component is there and the window is in sight. */
export function useLookingAt(object: string | undefined): void {
  useEffect(() => {
    if (object === undefined) return undefined;
    const say = (doing: "looking" | "gone") => api.post("/presence", { object, doing }).catch(() => undefined);
    const look = () => void say(document.visibilityState === "visible" ? "looking" : "gone");
    look();
    const timer = setInterval(look, SAY_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      void say("gone");
    };
  }, [object]);
}

/** Names of the others, by object. The stream tells when it changes. */
export function useOthers(): ReadonlyMap<string, readonly string[]> {
  const { user } = useSession();
  const list = useQuery({
    queryKey: ["presence"],
    queryFn: ({ signal }) => api.get<PresenceList>("/presence", undefined, signal),
  });
  return useMemo(
    () =>
      new Map(
        (list.data?.items ?? []).flatMap(({ object, people }) => {
          const names = people.filter(({ id }) => id !== user.id).map(({ name }) => name);
          return names.length === 0 ? [] : [[object, names] as const];
        }),
      ),
    [list.data, user.id],
  );
}
