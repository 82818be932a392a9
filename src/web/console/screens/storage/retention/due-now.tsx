import { useState } from "react";
import { type Format, useFormat } from "../../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table } from "../../../../kit/table.tsx";
import type { Preview, RetentionSettings } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { AdminButton } from "../admin-button.tsx";
import { useHolds, usePreview } from "../use-storage.ts";
import { ApplyDialog } from "./apply-dialog.tsx";
import { sumOf } from "./drop-sum.ts";

type Drop = Preview["drops"][number];
const SHOWN = 50;

function spanText(oldest: string, newest: string, { t, format }: { t: Text; format: Format }): string {
  const [from, to] = [oldest, newest].map((at) => format.date(new Date(at)));
  return from === to ? (from ?? "") : t("retention.span", { from, to });
}

function Drops({ drops, retention }: { drops: readonly Drop[]; retention: RetentionSettings }) {
  const t = useText();
  const format = useFormat();
  const nameOf = (id: string) => retention.terms.find((term) => term.id === id)?.name ?? id;
  return (
    <>
      <Table<Drop>
        label={t("retention.due")}
        className="wide-table"
        testId="drop-list"
        rows={drops.slice(0, SHOWN)}
        rowKey={({ segment }) => segment}
        columns={[
          { id: "segment", header: t("retention.col.segment"), render: ({ segment }) => <RawText text={segment} /> },
          {
            id: "events",
            header: t("storage.col.events"),
            numeric: true,
            render: ({ events }) => format.number(events),
          },
          { id: "bytes", header: t("retention.col.bytes"), numeric: true, render: ({ bytes }) => format.bytes(bytes) },
          {
            id: "span",
            header: t("retention.col.span"),
            render: ({ oldest, newest }) => spanText(oldest, newest, { t, format }),
          },
          {
            id: "why",
            header: t("retention.col.why"),
            render: ({ cause, terms }) =>
              cause === "quota" ? (
                t("retention.cause.quota")
              ) : (
                <>
                  {t("retention.cause.retention")} <SafeText text={terms.map(nameOf).join(", ")} />
                </>
              ),
          },
        ]}
      />
      {drops.length > SHOWN && (
        <p className="quiet small">
          {t("retention.due.first", { n: format.number(SHOWN), of: format.number(drops.length) })}
        </p>
      )}
    </>
  );
}

function Kept({ held }: { held: Preview["held"] }) {
  const t = useText();
  const format = useFormat();
  const holds = useHolds();
  if (held.length === 0 || holds.data === undefined) return null;
  const { items } = holds.data;
  const ids = [...new Set(held.flatMap((segment) => segment.holds))];
  const names = ids.map((id) => {
    const hold = items.find((one) => one.id === id);
    return hold?.concealed === true ? t("holds.concealed") : (hold?.name ?? id);
  });
  return (
    <p data-testid="due-held">
      {t("retention.held", {
        n: held.length,
        events: format.number(held.reduce((sum, { events }) => sum + events, 0)),
        bytes: format.bytes(held.reduce((sum, { bytes }) => sum + bytes, 0)),
      })}{" "}
      <SafeText text={names.join(" · ")} />
    </p>
  );
}

/** What would be dropped if terms, quota and holds were applied now. */
export function DueNow({ retention }: { retention: RetentionSettings }) {
  const t = useText();
  const format = useFormat();
  const preview = usePreview();
  const [applying, setApplying] = useState(false);
  const drops = preview.data?.drops ?? [];
  const sum = sumOf(drops);
  return (
    <section className="storage-part stack" data-testid="due-now">
      <div className="row section-head">
        <h2 className="grow">{t("retention.due")}</h2>
        <AdminButton
          kind="danger"
          disabled={drops.length === 0}
          title={drops.length === 0 ? t("retention.due.none") : undefined}
          onClick={() => setApplying(true)}
          data-testid="apply"
        >
          {t("retention.apply")}
        </AdminButton>
      </div>
      {preview.isPending && <Skeleton lines={2} />}
      {preview.isError && <FaultView error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isSuccess && (
        <>
          {drops.length === 0 ? (
            <p>{t("retention.due.none")}</p>
          ) : (
            <p>
              <strong>
                {t("retention.due.sum", {
                  n: sum.segments,
                  events: format.number(sum.events),
                  bytes: format.bytes(sum.bytes),
                })}
              </strong>{" "}
              {sum.oldest !== undefined && t("retention.due.oldest", { date: format.date(new Date(sum.oldest)) })}
            </p>
          )}
          <Kept held={preview.data.held} />
          {preview.data.overQuotaBytes > 0 && (
            <p className="bad-text">{t("storage.over_quota", { bytes: format.bytes(preview.data.overQuotaBytes) })}</p>
          )}
          <p className="quiet small">{t("retention.due.why")}</p>
          {drops.length > 0 && <Drops drops={drops} retention={retention} />}
        </>
      )}
      {applying && preview.isSuccess && <ApplyDialog preview={preview.data} onClose={() => setApplying(false)} />}
    </section>
  );
}
