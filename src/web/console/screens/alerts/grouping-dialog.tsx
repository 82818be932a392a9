import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type { Alert, Grouping } from "../../api/types.ts";
import { FaultView, faultText } from "../../fault-view.tsx";
import { Subject } from "./dialog-subject.tsx";
import { entityKindText } from "./columns.tsx";

const KINDS = ["host", "user", "srcIp", "dstIp", "process", "domain", "url", "hash", "email", "file", "sensor"];
const MOST_KINDS = 4;

/** By what the findings of a rule become alerts, in the order they were picked. */
export function GroupingDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const t = useText();
  const path = `/alert-grouping/${encodeURIComponent(alert.rule.id)}`;
  const grouping = useQuery({
    queryKey: ["alert-grouping", alert.rule.id],
    queryFn: ({ signal }) => api.get<Grouping>(path, undefined, signal),
  });
  return (
    <Dialog title={t("ask.grouping")} onClose={onClose} testId="grouping-dialog">
      {grouping.isPending && <Skeleton />}
      {grouping.isError && <FaultView error={grouping.error} onRetry={() => void grouping.refetch()} />}
      {grouping.isSuccess && (
        <GroupingForm
          key={grouping.data.version}
          alert={alert}
          path={path}
          grouping={grouping.data}
          onClose={onClose}
          onReload={() => void grouping.refetch()}
        />
      )}
    </Dialog>
  );
}

interface FormProps {
  readonly alert: Alert;
  readonly path: string;
  readonly grouping: Grouping;
  readonly onClose: () => void;
  readonly onReload: () => void;
}

function GroupingForm({ alert, path, grouping, onClose, onReload }: FormProps) {
  const t = useText();
  const client = useQueryClient();
  const toast = useToast();
  const [kinds, setKinds] = useState(grouping.kinds);
  const pick = (kind: string, on: boolean) =>
    setKinds(on ? [...kinds, kind].slice(0, MOST_KINDS) : kinds.filter((each) => each !== kind));
  const save = async () => {
    try {
      await api.put(path, { kinds, version: grouping.version });
      await client.invalidateQueries({ queryKey: ["alert-grouping", alert.rule.id] });
      toast.show({ text: t("did.grouping") });
      onClose();
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
      onReload();
    }
  };
  return (
    <>
      <div className="dialog-body stack">
        <Subject alerts={[alert]} />
        <p>{t("ask.grouping.about")}</p>
        <fieldset className="row wrap">
          <legend className="visually-hidden">{t("ask.grouping")}</legend>
          {KINDS.map((kind) => (
            <label key={kind} className="row">
              <input
                type="checkbox"
                checked={kinds.includes(kind)}
                disabled={kinds.length >= MOST_KINDS && !kinds.includes(kind)}
                onChange={(event) => pick(kind, event.target.checked)}
              />
              {entityKindText(kind, t)}
            </label>
          ))}
        </fieldset>
        <p data-testid="grouping-order">
          {kinds.length === 0
            ? t("ask.grouping.default")
            : t("ask.grouping.order", { kinds: kinds.map((kind) => entityKindText(kind, t)).join(" + ") })}
        </p>
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" onClick={() => void save()} data-testid="grouping-submit">
          {t("action.save")}
        </Button>
      </div>
    </>
  );
}
