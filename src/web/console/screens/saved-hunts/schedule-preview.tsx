import { useEffect, useState } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { HuntPreview } from "../../api/hunt-types.ts";
import { eventSummary } from "../../events/summary.ts";
import { FaultView } from "../../fault-view.tsx";
import { useHuntPreview } from "./use-saved.ts";

const TYPING_PAUSE_MS = 400;
const SHOWN_CHARACTERS = 160;

function useSettled(value: number | undefined): number | undefined {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Example({ columns, example }: { columns: HuntPreview["columns"]; example: HuntPreview["examples"][number] }) {
  const format = useFormat();
  const { event, cells } = example;
  if (event !== null) {
    return (
      <>
        <span className="quiet num">{format.exact(new Date(event.time))}</span>{" "}
        <RawText text={`${event.host ?? ""} ${eventSummary(event).text}`.trim().slice(0, SHOWN_CHARACTERS)} />
      </>
    );
  }
  const text = columns.map(({ name }, at) => `${name}=${cells[at] ?? "–"}`).join("  ");
  return <RawText text={text.slice(0, SHOWN_CHARACTERS)} />;
}

/** What a run would raise now, looking back so far. */
export function SchedulePreview({ id, lookbackMs }: { id: string; lookbackMs: number | undefined }) {
  const t = useText();
  const format = useFormat();
  const preview = useHuntPreview(id, useSettled(lookbackMs));
  const { data } = preview;
  return (
    <section className="schedule-preview" aria-busy={preview.isFetching}>
      <h3 className="section-head">{t("saved.preview")}</h3>
      {preview.isLoading && <Skeleton lines={2} />}
      {preview.isError && <FaultView error={preview.error} onRetry={() => void preview.refetch()} />}
      {data !== undefined && (
        <>
          <p data-testid="schedule-preview">
            {t("saved.preview.fresh", { n: data.fresh })}
            {data.rows > data.fresh && ` ${t("saved.preview.known", { n: format.number(data.rows - data.fresh) })}`}
          </p>
          {data.truncated && <p className="bad-text small">{t("saved.preview.truncated")}</p>}
          <ul className="preview-rows">
            {data.examples.map((example, at) => (
              <li key={at} className="truncate">
                <Example columns={data.columns} example={example} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
