import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type { QueueList } from "../../api/types.ts";
import { faultText } from "../../fault-view.tsx";
import { moved } from "./queue-places.ts";

type Saved = QueueList["items"][number];

interface ArrangeProps {
  readonly queues: QueueList;
  readonly label: (queue: Saved) => string;
  readonly onClose: () => void;
}

/** One's own order of all queues one sees, and the one to start with. Colleagues keep theirs. */
export function ArrangeQueues({ queues, label, onClose }: ArrangeProps) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [items, setItems] = useState<readonly Saved[]>(queues.items);
  const [start, setStart] = useState(queues.start);
  const [told, setTold] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const focused = useRef<string>(undefined);
  // A row that moves in the page lets go of the focus it held.
  useEffect(() => {
    if (focused.current === undefined) return;
    const [wanted, fallback] = [focused.current, focused.current.replace(/ (?:up|down)$/u, " start")];
    focused.current = undefined;
    const find = (key: string) => list.current?.querySelector<HTMLElement>(`[data-stop="${CSS.escape(key)}"]:enabled`);
    (find(wanted) ?? find(fallback))?.focus();
  }, [items]);
  const move = (queue: Saved, by: 1 | -1, stop: "up" | "down" | "start") => {
    const next = moved(items, queue, by);
    if (next === items) return;
    focused.current = `${queue.id} ${stop}`;
    setItems(next);
    setTold(t("queues.place", { name: queue.name, n: next.indexOf(queue) + 1, of: next.length }));
  };
  const onKeyDown = (event: KeyboardEvent, queue: Saved) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(queue, event.key === "ArrowUp" ? -1 : 1, "start");
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await api.put("/alert-queue-order", { order: items.map(({ id }) => id), start });
      await client.invalidateQueries({ queryKey: ["alert-queues"] });
      await client.invalidateQueries({ queryKey: ["alert-queue-start"] });
      toast.show({ text: t("queues.arranged") });
      onClose();
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return (
    <Dialog title={t("queues.arrange")} onClose={onClose} testId="queue-arrange-dialog">
      <form onSubmit={(event) => void save(event)}>
        <div className="dialog-body stack">
          <p className="quiet">{t("queues.arrange.about")}</p>
          <label className="row">
            <input type="radio" name="start" checked={start === null} onChange={() => setStart(null)} />
            {t("queues.start.none")}
          </label>
          <ol className="queue-places" ref={list}>
            {items.map((queue, place) => (
              // Alt with an arrow moves the row whose control has the focus
              <li
                key={queue.id}
                className="row"
                onKeyDown={(event) => onKeyDown(event, queue)}
                data-testid="queue-place"
              >
                <label className="row grow">
                  <input
                    type="radio"
                    name="start"
                    checked={start === queue.id}
                    onChange={() => setStart(queue.id)}
                    data-stop={`${queue.id} start`}
                  />
                  <bdi className="truncate">{label(queue)}</bdi>
                </label>
                <IconButton
                  icon="up"
                  label={t("queues.up", { name: queue.name })}
                  disabled={place === 0}
                  onClick={() => move(queue, -1, "up")}
                  data-stop={`${queue.id} up`}
                />
                <IconButton
                  icon="down"
                  label={t("queues.down", { name: queue.name })}
                  disabled={place === items.length - 1}
                  onClick={() => move(queue, 1, "down")}
                  data-stop={`${queue.id} down`}
                />
              </li>
            ))}
          </ol>
          <p className="visually-hidden" aria-live="polite">
            {told}
          </p>
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" data-testid="queue-arrange-submit">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
