import { useQuery } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { Alert, AlertParts } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { Subject } from "./dialog-subject.tsx";
import { entityKindText } from "./columns.tsx";

interface SplitDialogProps {
  readonly alert: Alert;
  readonly onClose: () => void;
  readonly onSplit: (part: { readonly kind: string; readonly value: string }) => void;
}

/** Values that some of the findings share; what all of them share divides nothing. */
export function SplitDialog({ alert, onClose, onSplit }: SplitDialogProps) {
  const t = useText();
  const format = useFormat();
  const parts = useQuery({
    queryKey: ["alerts", "parts", alert.id],
    queryFn: ({ signal }) => api.get<AlertParts>(`/alerts/${encodeURIComponent(alert.id)}/parts`, undefined, signal),
  });
  const all = Math.max(0, ...(parts.data?.items ?? []).map((part) => part.count));
  const useful = (parts.data?.items ?? []).filter((part) => part.count < all);
  return (
    <Dialog title={t("ask.split")} onClose={onClose} testId="split-dialog">
      <div className="dialog-body stack">
        <Subject alerts={[alert]} />
        <p>{t("ask.split.about")}</p>
        {parts.isPending && <Skeleton />}
        {parts.isError && <FaultView error={parts.error} onRetry={() => void parts.refetch()} />}
        {parts.isSuccess && useful.length === 0 && <p className="quiet">{t("ask.split.none")}</p>}
        {useful.length > 0 && (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("ask.split.by")}</th>
                <th scope="col" className="num">
                  {t("alert.count")}
                </th>
                <th scope="col">
                  <span className="visually-hidden">{t("action.split")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {useful.map(({ kind, value, count }) => (
                <tr key={`${kind} ${value}`}>
                  <td>
                    <span className="quiet">{entityKindText(kind, t)}</span> <RawText text={value} />
                  </td>
                  <td className="num">{format.number(count)}</td>
                  <td>
                    <Button onClick={() => onSplit({ kind, value })} data-testid="split-by">
                      {t("action.split")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Dialog>
  );
}
