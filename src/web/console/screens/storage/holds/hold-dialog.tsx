import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Segmented } from "../../../../kit/segmented.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { Hold, HoldExtent } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { TextArea } from "../text-area.tsx";
import { useStorageChanged } from "../use-storage.ts";
import { EMPTY_HOLD, type HoldForm, inputOf, isUnbounded, scopeOf, wrongIds } from "./hold-form.ts";

interface FormPart {
  readonly form: HoldForm;
  readonly change: (part: Partial<HoldForm>) => void;
}

function BySearch({ form, change }: FormPart) {
  const t = useText();
  return (
    <>
      <TextField
        label={t("holds.query")}
        hint={t("holds.query.hint")}
        name="query"
        spellCheck={false}
        maxLength={4000}
        value={form.query}
        onChange={(event) => change({ query: event.target.value })}
      />
      <div className="term-parts">
        {(["from", "to"] as const).map((end) => (
          <TextField
            key={end}
            label={t(`holds.${end}`)}
            type="datetime-local"
            value={form[end]}
            onChange={(event) => change({ [end]: event.target.value })}
          />
        ))}
        {(["hosts", "sensors"] as const).map((list) => (
          <TextArea
            key={list}
            label={t(list === "hosts" ? "holds.host_names" : "holds.sensor_names")}
            hint={t("holds.list.hint")}
            name={list}
            spellCheck={false}
            value={form[list]}
            onChange={(event) => change({ [list]: event.target.value })}
          />
        ))}
      </div>
    </>
  );
}

function ByEvents({ form, change }: FormPart) {
  const t = useText();
  const [wrong] = wrongIds(form);
  return (
    <TextArea
      label={t("holds.event_ids")}
      hint={t("holds.event_ids.hint")}
      error={wrong === undefined ? undefined : t("holds.event_ids.wrong", { id: wrong.slice(0, 40) })}
      name="events"
      spellCheck={false}
      value={form.events}
      onChange={(event) => change({ events: event.target.value })}
    />
  );
}

function Foreseen({ extent }: { extent: HoldExtent }) {
  const t = useText();
  const format = useFormat();
  const { events, segments, bytes, segmentEvents } = extent;
  return (
    <div className={events === 0 ? "notice bad" : "notice good"} role="status" data-testid="hold-foreseen">
      <div>
        <p>
          <strong>{t("holds.finds", { events: format.number(events), n: segments })}</strong>
        </p>
        <p className="quiet small">
          {events === 0
            ? t("holds.finds.nothing")
            : t(segments === 0 ? "holds.extent.hot" : "holds.extent.whole", {
                events: format.number(segmentEvents),
                bytes: format.bytes(bytes),
              })}
        </p>
      </div>
    </div>
  );
}

function useHoldForm(onPlaced: (id: string) => void) {
  const t = useText();
  const toast = useToast();
  const changed = useStorageChanged();
  const [form, setForm] = useState(EMPTY_HOLD);
  const count = useMutation({
    mutationFn: () => api.post<HoldExtent>("/holds/preview", { scope: scopeOf(form) }),
  });
  const place = useMutation({
    mutationFn: () => api.post<Hold>("/holds", inputOf(form)),
    onSuccess: async (hold) => {
      await changed();
      toast.show({ text: t("holds.was_placed", { name: hold.name }) });
      onPlaced(hold.id);
    },
  });
  const change = (part: Partial<HoldForm>) => {
    setForm((now) => ({ ...now, ...part }));
    // What was counted is of another scope.
    if (!("name" in part || "reason" in part)) count.reset();
  };
  return { form, change, count, place };
}

/** Until a hold is released, no segment goes in which it finds an event. */
export function HoldDialog({ onPlaced, onClose }: { onPlaced: (id: string) => void; onClose: () => void }) {
  const t = useText();
  const { form, change, count, place } = useHoldForm(onPlaced);
  const unfit = isUnbounded(form) || wrongIds(form).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!unfit) place.mutate();
  };
  return (
    <Dialog title={t("holds.new")} onClose={onClose} testId="hold-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("holds.name")}
            hint={t("holds.name.hint")}
            name="name"
            required
            maxLength={200}
            value={form.name}
            onChange={(event) => change({ name: event.target.value })}
          />
          <TextArea
            label={t("holds.reason")}
            hint={t("holds.reason.hint")}
            name="reason"
            required
            maxLength={2000}
            value={form.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
          <div className="field">
            <span className="label">{t("holds.scope")}</span>
            <Segmented
              label={t("holds.scope")}
              value={form.by}
              options={(["search", "events"] as const).map((value) => ({
                value,
                label: t(`holds.by.${value}`),
                testId: `hold-by-${value}`,
              }))}
              onChange={(by) => change({ by })}
            />
          </div>
          {form.by === "search" ? <BySearch form={form} change={change} /> : <ByEvents form={form} change={change} />}
          {count.isSuccess && <Foreseen extent={count.data} />}
          {count.isError && <FaultView error={count.error} />}
          {place.isError && <FaultView error={place.error} />}
        </div>
        <div className="dialog-foot">
          <Button
            disabled={unfit || count.isPending}
            title={unfit ? t("holds.unbounded") : undefined}
            onClick={() => count.mutate()}
            data-testid="hold-count"
          >
            {count.isPending ? t("holds.counting") : t("holds.count")}
          </Button>
          <span className="grow" />
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={unfit || place.isPending}
            title={unfit ? t("holds.unbounded") : undefined}
            data-testid="hold-save"
          >
            {t("holds.place")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
