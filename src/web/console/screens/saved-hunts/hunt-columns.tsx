import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { timingText } from "./hunt-words.ts";

export const BESIDE_PANEL: ReadonlySet<string> = new Set(["name", "schedule", "last"]);

export function ScheduleText({ hunt }: { hunt: SavedHunt }) {
  const t = useText();
  const format = useFormat();
  if (hunt.schedule === null) return <span className="quiet">{t("saved.unscheduled")}</span>;
  const { enabled, timing } = hunt.schedule;
  return enabled ? timingText(timing, { t, format }) : <span className="quiet">{t("saved.off")}</span>;
}

export function LastRun({ hunt }: { hunt: SavedHunt }) {
  const t = useText();
  const { schedule } = hunt;
  if (schedule === null) return null;
  if (schedule.lastRunAt === null) return <span className="quiet">{t("saved.never_run")}</span>;
  return schedule.lastError === null ? (
    <When at={schedule.lastRunAt} />
  ) : (
    <span className="bad-text">
      {t("saved.failed")} · <When at={schedule.lastRunAt} />
    </span>
  );
}

export function NarrowHunt({ hunt }: { hunt: SavedHunt }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          <SafeText text={hunt.name} />
        </span>
        {hunt.schedule !== null && <SeverityMark level={hunt.schedule.level} />}
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          <ScheduleText hunt={hunt} />
        </span>
        <span className="num">{t("saved.raised_n", { n: hunt.raised })}</span>
      </div>
    </>
  );
}

export function useHuntListColumns(): Column<SavedHunt>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("saved.name"),
        width: "minmax(180px, 2fr)",
        render: (hunt) => (
          <span className="saved-name" title={hunt.name}>
            {!hunt.shared && (
              <span title={t("saved.private")}>
                <Icon name="key" />
                <span className="visually-hidden">{t("saved.private")}</span>
              </span>
            )}
            <span className="truncate">
              <SafeText text={hunt.name} />
            </span>
          </span>
        ),
      },
      {
        id: "query",
        header: t("hunt.query"),
        width: "minmax(200px, 3fr)",
        render: (hunt) => <RawText text={hunt.query === "" ? "*" : hunt.query} />,
      },
      {
        id: "owner",
        header: t("saved.owner"),
        width: "minmax(110px, 1fr)",
        render: (hunt) => <bdi>{hunt.owner.name}</bdi>,
      },
      { id: "schedule", header: t("saved.schedule"), width: "152px", render: (hunt) => <ScheduleText hunt={hunt} /> },
      { id: "last", header: t("saved.last_run"), width: "136px", render: (hunt) => <LastRun hunt={hunt} /> },
      {
        id: "level",
        header: t("alert.level"),
        width: "112px",
        render: (hunt) => (hunt.schedule === null ? null : <SeverityMark level={hunt.schedule.level} />),
      },
      {
        id: "raised",
        header: t("saved.raised"),
        width: "84px",
        numeric: true,
        render: (hunt) => (hunt.schedule === null && hunt.raised === 0 ? null : format.number(hunt.raised)),
      },
    ],
    [t, format],
  );
}
