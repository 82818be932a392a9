import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { Storage } from "../../../api/storage-types.ts";
import { FormDialog } from "../../../form-dialog.tsx";
import { AdminButton } from "../admin-button.tsx";
import { useStorageChanged } from "../use-storage.ts";

const GB = 1e9;
/** The server's own bound. */
const LEAST_BYTES = 1_000_000;

function taken(storage: Storage | undefined): number {
  return storage === undefined ? 0 : storage.segments.bytes + storage.segments.leavesBytes;
}

interface QuotaProps {
  readonly quotaBytes: number | null;
  readonly storage: Storage | undefined;
}

export function QuotaPart({ quotaBytes, storage, onChange }: QuotaProps & { onChange: () => void }) {
  const t = useText();
  const format = useFormat();
  const used = taken(storage);
  return (
    <section className="storage-part" data-testid="quota">
      <div className="row section-head">
        <h2 className="grow">{t("retention.quota")}</h2>
        <AdminButton onClick={onChange} data-testid="quota-change">
          {t("retention.quota.change")}
        </AdminButton>
      </div>
      {quotaBytes === null ? (
        <p>
          {t("retention.quota.none")}{" "}
          <span className="quiet">{t("retention.quota.takes", { bytes: format.bytes(used) })}</span>
        </p>
      ) : (
        <>
          <p>
            {t("retention.quota.used", {
              used: format.bytes(used),
              quota: format.bytes(quotaBytes),
              percent: format.percent(used / quotaBytes),
            })}
          </p>
          <meter className="quota-meter" min={0} max={quotaBytes} value={used} aria-label={t("retention.quota")} />
        </>
      )}
      <p className="quiet small">{t("retention.quota.why")}</p>
    </section>
  );
}

export function QuotaDialog({ quotaBytes, storage, onClose }: QuotaProps & { onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const toast = useToast();
  const changed = useStorageChanged();
  const [text, setText] = useState(quotaBytes === null ? "" : String(quotaBytes / GB));
  const wanted = text.trim() === "" ? null : Math.round(Number(text) * GB);
  const wrong = wanted !== null && !(wanted >= LEAST_BYTES);
  const used = taken(storage);
  const save = useMutation({
    mutationFn: () => api.put("/retention/quota", { quotaBytes: wanted }),
    onSuccess: async () => {
      await changed();
      toast.show({ text: t("retention.saved") });
      onClose();
    },
  });
  const submit = () => {
    if (!wrong) save.mutate();
  };
  return (
    <FormDialog
      title={t("retention.quota.change")}
      onClose={onClose}
      testId="quota-dialog"
      onSubmit={submit}
      work={save}
      submit={t("action.save")}
      submitTestId="quota-save"
      blocked={wrong}
    >
      <TextField
        label={t("retention.quota.gb")}
        hint={t("retention.quota.hint", {
          used: format.bytes(used),
          free: format.bytes(storage?.disk.free ?? 0),
        })}
        error={wrong ? t("retention.quota.wrong") : undefined}
        name="quota"
        type="number"
        min={0}
        step="any"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {wanted !== null && !wrong && wanted < used && (
        <p className="notice bad">{t("retention.quota.below", { bytes: format.bytes(used - wanted) })}</p>
      )}
    </FormDialog>
  );
}
