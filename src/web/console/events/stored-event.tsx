import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "../../kit/skeleton.tsx";
import { api } from "../api/client.ts";
import type { StoredEvent } from "../api/types.ts";
import { FaultView } from "../fault-view.tsx";
import { EventView } from "./event-view.tsx";

export function useStoredEvent(eventId: string | undefined) {
  return useQuery({
    queryKey: ["event", eventId],
    queryFn: ({ signal }) => api.get<StoredEvent>(`/events/${encodeURIComponent(eventId ?? "")}`, undefined, signal),
    enabled: eventId !== undefined,
  });
}

export function StoredEventView({ eventId }: { eventId: string }) {
  const event = useStoredEvent(eventId);
  if (event.isPending) return <Skeleton />;
  if (event.isError) return <FaultView error={event.error} onRetry={() => void event.refetch()} />;
  return <EventView event={event.data} />;
}
