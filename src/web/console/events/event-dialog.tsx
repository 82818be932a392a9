import { Dialog } from "../../kit/dialog.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { StoredEventView } from "./stored-event.tsx";

/** One stored event over whatever page names it. */
export function EventDialog({ eventId, onClose }: { eventId: string; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("event.title")} onClose={onClose} wide testId="event-dialog">
      <div className="dialog-body">
        <StoredEventView eventId={eventId} />
      </div>
    </Dialog>
  );
}
