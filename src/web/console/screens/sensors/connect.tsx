import "./sensors.css";
import "./connect.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { type Text, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { matches, WAYS } from "./examples.ts";
import { useIngestState } from "./listeners.tsx";
import type { ConnectSearch } from "./search.ts";
import { WayList } from "./way-list.tsx";
import { WayPanel } from "./way-panel.tsx";
import type { Way } from "./ways/way.ts";

function shown(search: string | undefined, t: Text): Way[] {
  if (search === undefined) return [...WAYS];
  return WAYS.filter((way) =>
    matches(
      way,
      `${t(`connect.${way.id}`)} ${t(`connect.group.${way.group}`)} ${t(`connect.${way.id}.brief`)}`,
      search,
    ),
  );
}

/** Ways in, with this installation's own addresses in every command. */
export function Connect() {
  const t = useText();
  const navigate = useNavigate();
  const search: ConnectSearch = useSearch({ from: "/sensors/connect" });
  const filterInput = useRef<HTMLInputElement>(null);
  const state = useIngestState();
  const change = (part: ConnectSearch, replace = false) =>
    void navigate({ to: "/sensors/connect", search: (now) => ({ ...now, ...part }), replace });
  const ways = shown(search.q, t);
  const opened = WAYS.find(({ id }) => id === search.way);
  const cursor = usePanelCursor({
    keys: ways.map(({ id }) => id),
    opened: opened?.id,
    open: (way, replace) => change({ way }, replace),
    filterInput,
  });
  const listeners = state.data?.listeners;
  const list = (
    <div className="connect" data-testid="connect">
      {state.isPending && <Skeleton />}
      {state.isError && <FaultView error={state.error} onRetry={() => void state.refetch()} />}
      {listeners !== undefined && <WayList ways={ways} listeners={listeners} current={cursor.current} />}
    </div>
  );
  return (
    <>
      <PageTabs tabs={SENSOR_TABS} label={t("place.sensors")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.connect")}</h1>
        <p className="connect-intro quiet">{t("connect.intro")}</p>
        <TextFilter
          value={search.q ?? ""}
          label={t("connect.search")}
          onChange={(q) => change({ q }, true)}
          inputRef={filterInput}
        />
      </div>
      <Split
        name="connect"
        list={list}
        panel={
          opened === undefined || listeners === undefined ? undefined : (
            <WayPanel key={opened.id} way={opened} listeners={listeners} onClose={cursor.close} />
          )
        }
      />
    </>
  );
}
