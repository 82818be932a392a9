import "./wall.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useNow, When } from "../../../kit/when.tsx";
import type { WatchFloor } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useLiveIngest } from "../../live/live.tsx";
import { useShownFloor } from "./floor.ts";

const NEWEST_SHOWN = 6;

function Clock() {
  const format = useFormat();
  const now = useNow();
  return <time className="wall-clock">{format.clock(new Date(now))}</time>;
}

function Levels({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  return (
    <section className="wall-levels" aria-label={t("watch.queue")}>
      {SEVERITIES.toReversed().map((level) => (
        <Link key={level} to="/alerts" search={{ status: "open", level, exercise: floor.scope }} className={level}>
          <SeverityMark level={level} />
          <span className="wall-big wall-words">{format.number(floor.alerts.openByLevel[level])}</span>
          <span className="quiet">{t("wall.taken", { n: format.number(floor.alerts.takenByLevel[level]) })}</span>
        </Link>
      ))}
    </section>
  );
}

function Figures({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const live = useLiveIngest();
  const { queueAge } = floor.alerts;
  const age = (seconds: number | null) => (seconds === null ? "—" : format.duration(seconds));
  const figures = [
    { id: "median", label: t("watch.age.median"), value: age(queueAge.medianSeconds) },
    { id: "p90", label: t("watch.age.p90"), value: age(queueAge.p90Seconds) },
    {
      id: "rate",
      label: t("wall.events_per_second"),
      value: format.decimal(live?.eventsPerSecond ?? floor.ingest.eventsPerSecond),
    },
    {
      id: "sensors",
      label: t("wall.sensors_sending"),
      value: `${format.number(floor.sensors.live)} / ${format.number(floor.sensors.total)}`,
    },
    { id: "created", label: t("watch.activity.created"), value: format.number(floor.activity.now.created) },
    { id: "closed", label: t("watch.activity.closed"), value: format.number(floor.activity.now.closed) },
  ];
  return (
    <dl className="wall-figures">
      {figures.map(({ id, label, value }) => (
        <div key={id} className="wall-figure">
          <dt>{label}</dt>
          <dd className="wall-big">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lists({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="wall-lists">
      <section aria-labelledby="wall-newest">
        <h2 id="wall-newest">{t("watch.newest")}</h2>
        {floor.alerts.newest.length === 0 && <p className="quiet">{t("watch.newest.none")}</p>}
        <ul>
          {floor.alerts.newest.slice(0, NEWEST_SHOWN).map((alert) => (
            <li key={alert.id}>
              <Link to="/alerts" search={{ alert: alert.id, sort: "lastSeen" }} className="truncate">
                <SeverityMark level={alert.level} />{" "}
                <SafeText text={language === "vi" ? (alert.titleVi ?? alert.title) : alert.title} />
              </Link>
              <span className="quiet num">
                <When at={alert.lastSeen} />
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="wall-silent">
        <h2 id="wall-silent">{t("watch.sensors.silent")}</h2>
        {floor.sensors.silent.length === 0 && <p className="quiet">{t("watch.sensors.none_silent")}</p>}
        <ul>
          {floor.sensors.silent.slice(0, NEWEST_SHOWN).map((sensor) => (
            <li key={sensor.name}>
              <Link to="/sensors" search={{ sensor: sensor.name }} className="truncate">
                <RawText text={sensor.name} />
              </Link>
              <span className="quiet num">
                <When at={sensor.silentSince} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** The watch floor for a wall: nothing to operate, everything readable from across the room. Escape leads back. */
export function Wall() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/wall" });
  const { floor, figures } = useShownFloor(search);
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") void navigate({ to: "/watch", search });
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [navigate, search]);
  return (
    <div className="wall" data-testid="wall">
      <header className="wall-head">
        <h1>{t("place.watch")}</h1>
        <span className="quiet">{t(figures === "exercise" ? "watch.only_exercise" : "watch.without_exercise")}</span>
        {floor.data?.duty?.map(({ name, ends, people }) => (
          <span key={`${name} ${ends}`}>
            <bdi>{name}</bdi>: <bdi>{people.length === 0 ? t("watch.duty.nobody") : people.join(", ")}</bdi>
          </span>
        ))}
        <span className="grow" />
        <Clock />
        <Link to="/watch" search={search} className="button">
          {t("wall.leave")}
        </Link>
      </header>
      {floor.isPending && <Skeleton lines={8} />}
      {floor.isError && <FaultView error={floor.error} onRetry={() => void floor.refetch()} />}
      {floor.data !== undefined && (
        <>
          <Levels floor={floor.data} />
          <Lists floor={floor.data} />
          <Figures floor={floor.data} />
        </>
      )}
    </div>
  );
}
