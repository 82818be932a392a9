import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { GROUPS, type Listener, listenerOf } from "./examples.ts";
import type { Way } from "./ways/way.ts";

/** Open, closed, or open and in trouble. */
export function DoorMark({ listener }: { listener: Listener | undefined }) {
  const t = useText();
  const state = listener === undefined ? "closed" : listener.problem === null ? "open" : "trouble";
  const icon = { closed: "minus", open: "check", trouble: "close" } as const;
  return (
    <span className={`door-mark ${state}`}>
      <Icon name={icon[state]} />
      {t(`connect.state.${state}`)}
    </span>
  );
}

interface WayListProps {
  readonly ways: readonly Way[];
  readonly listeners: readonly Listener[];
  readonly current: string | undefined;
}

function WayRow({ way, listener, isCurrent }: { way: Way; listener: Listener | undefined; isCurrent: boolean }) {
  const t = useText();
  const format = useFormat();
  return (
    <li>
      <Link
        to="/sensors/connect"
        search={(now) => ({ ...now, way: way.id })}
        className={`way grid-row ${isCurrent ? "current" : ""}`}
        aria-current={isCurrent ? "true" : undefined}
        data-testid="way"
      >
        <span className="way-name">{t(`connect.${way.id}`)}</span>
        <span className="way-brief quiet">{t(`connect.${way.id}.brief`)}</span>
        <span className="way-count quiet">
          {listener !== undefined &&
            listener.accepted > 0 &&
            t("connect.came", { n: format.number(listener.accepted) })}
        </span>
        <DoorMark listener={listener} />
      </Link>
    </li>
  );
}

export function WayList({ ways, listeners, current }: WayListProps) {
  const t = useText();
  if (ways.length === 0) return <Empty title={t("connect.none")}>{t("connect.none.body")}</Empty>;
  return (
    <>
      {GROUPS.filter((group) => ways.some((way) => way.group === group)).map((group) => (
        <section key={group} className="way-group">
          <h2>{t(`connect.group.${group}`)}</h2>
          <ul>
            {ways
              .filter((way) => way.group === group)
              .map((way) => (
                <WayRow key={way.id} way={way} listener={listenerOf(way, listeners)} isCurrent={way.id === current} />
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}
