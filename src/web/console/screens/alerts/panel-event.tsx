import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { StoredEvent } from "../../api/types.ts";
import { EventView } from "../../events/event-view.tsx";
import { FaultView } from "../../fault-view.tsx";

export function PanelEvent({ eventId }: { eventId: string }) {
  const event = useQuery({
    queryKey: ["event", eventId],
    queryFn: ({ signal }) => api.get<StoredEvent>(`/events/${encodeURIComponent(eventId)}`, undefined, signal),
  });
  if (event.isPending) return <Skeleton />;
  if (event.isError) return <FaultView error={event.error} onRetry={() => void event.refetch()} />;
  return <EventView event={event.data} />;
}
