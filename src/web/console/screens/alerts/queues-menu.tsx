import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../../kit/menu.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import type { QueueList } from "../../api/types.ts";
import { faultText } from "../../fault-view.tsx";
import { ArrangeQueues } from "./arrange-queues.tsx";
import { isSameFilter } from "./queue-places.ts";
import type { AlertFilter } from "./search.ts";

type Saved = QueueList["items"][number];

interface QueuesMenuProps {
  readonly filter: AlertFilter;
  readonly mayWrite: boolean;
  readonly onOpen: (filter: AlertFilter) => void;
}

/** Queues under a name, one's own and colleagues', with how much waits in each. */
export function QueuesMenu({ filter, mayWrite, onOpen }: QueuesMenuProps) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const { user } = useSession();
  const [asking, setAsking] = useState<"save" | "arrange">();
  const queues = useQuery({
    queryKey: ["alert-queues"],
    queryFn: ({ signal }) => api.get<QueueList>("/alert-queues", undefined, signal),
  });
  const items = queues.data?.items ?? [];
  const label = ({ name, count, countIsLeast, owner }: Saved) => {
    const size = count === null ? "" : ` · ${countIsLeast ? "≥ " : ""}${count}`;
    return `${name}${size}${owner.id === user.id ? "" : ` (${owner.name})`}`;
  };
  const remove = async ({ id }: Saved) => {
    try {
      await api.remove(`/alert-queues/${encodeURIComponent(id)}`);
      await client.invalidateQueries({ queryKey: ["alert-queues"] });
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon="bookmark" label={t("queues.title")} data-testid="saved-queues" />}>
        <MenuLabel>{t("queues.title")}</MenuLabel>
        {items.map((queue) => (
          <MenuItem
            key={queue.id}
            icon={isSameFilter(queue.filter, filter) ? "check" : "bookmark"}
            onSelect={() => onOpen(queue.filter)}
            testId="saved-queue"
          >
            <bdi>{label(queue)}</bdi>
            {queue.id === queues.data?.start && <span className="quiet">{t("queues.start.mark")}</span>}
          </MenuItem>
        ))}
        {mayWrite && items.length > 0 && (
          <>
            <MenuLine />
            <MenuItem icon="menu" onSelect={() => setAsking("arrange")} testId="queue-arrange">
              {t("queues.arrange")}
            </MenuItem>
          </>
        )}
        {mayWrite && (
          <>
            {items.length === 0 && <MenuLine />}
            <MenuItem icon="plus" onSelect={() => setAsking("save")} testId="queue-save">
              {t("queues.save")}
            </MenuItem>
            {items
              .filter((queue) => queue.owner.id === user.id)
              .map((queue) => (
                <MenuItem key={queue.id} icon="close" onSelect={() => void remove(queue)}>
                  {t("views.remove", { name: queue.name })}
                </MenuItem>
              ))}
          </>
        )}
      </Menu>
      {asking === "save" && <SaveQueue filter={filter} place={items.length} onClose={() => setAsking(undefined)} />}
      {asking === "arrange" && queues.data !== undefined && (
        <ArrangeQueues queues={queues.data} label={label} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}

function SaveQueue({ filter, place, onClose }: { filter: AlertFilter; place: number; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await api.post("/alert-queues", { name, filter, isShared, place });
      await client.invalidateQueries({ queryKey: ["alert-queues"] });
      toast.show({ text: t("queues.saved") });
      onClose();
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return (
    <Dialog title={t("queues.save")} onClose={onClose} testId="queue-dialog">
      <form onSubmit={(event) => void save(event)}>
        <div className="dialog-body stack">
          <TextField
            label={t("views.name")}
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="queue-name"
          />
          <label className="row">
            <input type="checkbox" checked={isShared} onChange={(event) => setShared(event.target.checked)} />
            {t("queues.share")}
          </label>
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" data-testid="queue-submit">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
