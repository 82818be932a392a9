import { useState } from "react";
import { TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import type { Preview } from "../../../api/storage-types.ts";
import { FormDialog } from "../../../form-dialog.tsx";
import { useApply } from "../use-storage.ts";
import { sumOf } from "./drop-sum.ts";

/** Digits alone: thousands are written in different ways. */
function digits(text: string): string {
  return text.replace(/\D/gu, "");
}

/** There is no way back: the number of events is typed by whoever lets them go. */
export function ApplyDialog({ preview, onClose }: { preview: Preview; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const toast = useToast();
  const apply = useApply();
  const [typed, setTyped] = useState("");
  const { events, bytes, segments, oldest, newest } = sumOf(preview.drops);
  const agrees = digits(typed) === String(events);
  const submit = () => {
    if (!agrees) return;
    apply.mutate(undefined, {
      onSuccess: (done) => {
        toast.show({
          text: t("retention.applied", { events: format.number(done.events), bytes: format.bytes(done.bytes) }),
        });
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={t("retention.apply.title")}
      onClose={onClose}
      testId="apply-dialog"
      onSubmit={submit}
      work={apply}
      submit={t("retention.apply.do")}
      submitTestId="apply-do"
      danger
      blocked={!agrees}
    >
      <p>
        {t("retention.apply.body", {
          n: segments,
          events: format.number(events),
          bytes: format.bytes(bytes),
          from: format.date(new Date(oldest ?? 0)),
          to: format.date(new Date(newest ?? 0)),
        })}
      </p>
      <p>{t("retention.apply.proof")}</p>
      <p className="quiet small">{t("retention.apply.anew")}</p>
      <TextField
        label={t("retention.apply.type", { n: format.number(events) })}
        name="events"
        inputMode="numeric"
        autoComplete="off"
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </FormDialog>
  );
}
