import "./watch.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useNow } from "../../../kit/when.tsx";
import type { WatchFloor } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useMay } from "../../api/session.ts";
import { useLiveState } from "../../live/live.tsx";
import { ActivityPart } from "./activity-part.tsx";
import { AttackPart } from "./attack-part.tsx";
import { DutyPart } from "./duty-part.tsx";
import { useShownFloor } from "./floor.ts";
import { IngestPart } from "./ingest-part.tsx";
import { NewestPart } from "./newest-part.tsx";
import { OpenPart } from "./open-part.tsx";
import { QueuePart } from "./queue-part.tsx";
import { DEFAULT_HOURS, FIGURES, HOURS } from "./search.ts";
import { SensorsPart } from "./sensors-part.tsx";
import { TopsPart } from "./tops-part.tsx";
import { FirstSteps } from "./first-steps.tsx";

const STALE_MS = 90_000;

function Age({ at }: { at: string }) {
  const t = useText();
  const format = useFormat();
  useNow();
  return (
    <span className="quiet small num">
      {t("watch.as_of", { time: format.clock(new Date(at)), ago: format.ago(new Date(at), Date.now()) })}
    </span>
  );
}

function isUntouched(floor: WatchFloor): boolean {
  return floor.sensors.total === 0 && floor.alerts.newest.length === 0 && floor.exercise === null;
}

/** The questions of a shift, each answered at a glance and one click from its list. */
export function Watch() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/watch" });
  const { connected } = useLiveState();
  const may = useMay();
  const { hours, figures, floor } = useShownFloor(search);
  useNow();
  const stale =
    floor.data !== undefined && (!connected || floor.isError) && Date.now() - Date.parse(floor.data.at) > STALE_MS;
  return (
    <>
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.watch")}</h1>
        <Segmented
          label={t("watch.span")}
          value={hours}
          options={HOURS.map((value) => ({ value, label: t(`watch.span.${value}`) }))}
          onChange={(next) =>
            void navigate({
              to: "/watch",
              search: (before) => ({ ...before, hours: next === DEFAULT_HOURS ? undefined : next }),
            })
          }
        />
        {floor.data !== undefined && floor.data.exercise !== null && (
          <Segmented
            label={t("watch.figures")}
            value={figures}
            options={FIGURES.map((value) => ({ value, label: t(`watch.figures.${value}`) }))}
            onChange={(next) => void navigate({ to: "/watch", search: (before) => ({ ...before, figures: next }) })}
          />
        )}
        <span className="grow" />
        <Link to="/wall" search={search} className="button" data-testid="to-wall">
          {t("watch.wall")}
        </Link>
        {floor.data !== undefined && <Age at={floor.data.at} />}
        {may("people.read") && (
          <Link to="/people/handovers" search={{}} className="button" data-testid="watch-handover">
            {t("handover.new")}
          </Link>
        )}
      </div>
      <div className={stale ? "page-body watch stale" : "page-body watch"} data-testid="watch">
        {floor.isPending && <Skeleton lines={10} />}
        {floor.isError && <FaultView error={floor.error} onRetry={() => void floor.refetch()} />}
        {floor.data !== undefined && isUntouched(floor.data) && <FirstSteps />}
        {floor.data !== undefined && !isUntouched(floor.data) && (
          <>
            {floor.data.exercise !== null && (
              <p className="watch-note quiet">
                {t(figures === "exercise" ? "watch.only_exercise" : "watch.without_exercise")}{" "}
                <Link to="/alerts" search={{ exercise: "only" }}>
                  {t("exercise.alerts")}
                </Link>
              </p>
            )}
            <DutyPart floor={floor.data} />
            <ActivityPart floor={floor.data} />
            <QueuePart floor={floor.data} />
            <SensorsPart floor={floor.data} />
            <OpenPart floor={floor.data} />
            <IngestPart floor={floor.data} />
            <TopsPart floor={floor.data} />
            <AttackPart floor={floor.data} />
            <NewestPart floor={floor.data} />
          </>
        )}
      </div>
    </>
  );
}
