import { Link } from "@tanstack/react-router";
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SeverityShape } from "../../../kit/severity.tsx";
import type { Alert, RelatedAlerts } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";
import { briefStatusText, entityKindText, ruleTitle } from "./columns.tsx";
import { MARK, packLane, type Placed, placeOf, type Scale, stepFrom, ticksOf } from "./related-layout.ts";

type Item = RelatedAlerts["items"][number];
const ROW = MARK + 2;
const TICK_APART = 132;
const SELF = "self";

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

function useSaid() {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  return (item: Item) =>
    t("related.mark", {
      level: t(`severity.${item.rule.level}`),
      rule: ruleTitle(item.rule, language),
      entity: item.entity.value,
      at: format.exact(new Date(item.firstSeen)),
      status: briefStatusText(item, t),
    });
}

/** Time from left to right, a lane for each entity, a mark for each alert about it; the alert itself is the band. */
export function RelatedChart({ related, alert }: { related: RelatedAlerts; alert: Alert }) {
  const t = useText();
  const format = useFormat();
  const said = useSaid();
  const [ref, width] = useWidth();
  const [told, setTold] = useState<Item>();
  const [at, setAt] = useState({ lane: -1, place: 0 });
  const scale: Scale = { from: Date.parse(related.from), to: Date.parse(related.to), width };
  const items = useMemo(() => new Map(related.items.map((item) => [item.id, item])), [related]);
  const packed = related.lanes.map((lane, place) => {
    const spans = related.items.flatMap((item) =>
      item.shared.flatMap((each) =>
        each.lane === place ? [{ id: item.id, first: Date.parse(each.first), last: Date.parse(each.last) }] : [],
      ),
    );
    const self = { id: SELF, first: Date.parse(lane.first), last: Date.parse(lane.last) };
    return packLane(scale, [...spans, self]);
  });
  const marks = packed.map(({ placed }) => placed.filter(({ id }) => id !== SELF));
  const first = marks.findIndex((lane) => lane.length > 0);
  const current = marks[at.lane]?.[at.place] === undefined ? { lane: first, place: 0 } : at;
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = stepFrom(marks, current, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    const mark = ref.current?.querySelector<HTMLElement>(`[data-at="${next.lane} ${next.place}"]`);
    mark?.focus();
  };
  const band = { left: placeOf(scale, Date.parse(alert.firstSeen)), right: placeOf(scale, Date.parse(alert.lastSeen)) };
  const style = { "--left": `${band.left}px`, "--width": `${band.right - band.left + MARK}px` } as CSSProperties;
  return (
    <>
      {/* Arrow keys lead from mark to mark inside; each mark is a link of its own */}
      <div className="related" role="group" aria-label={t("related.chart")} onKeyDown={onKeyDown} ref={ref}>
        {related.lanes.map((lane, place) =>
          lane.alerts === 0 ? null : (
            <div className="related-lane" key={`${lane.kind} ${lane.value}`} data-testid="related-lane">
              <p className="related-name">
                <span className="quiet">{entityKindText(lane.kind, t)}</span>{" "}
                <Value field={lane.kind} value={lane.value} />
                <span className="quiet num">
                  {t(lane.isMore ? "related.lane_least" : "related.lane", { n: lane.alerts })}
                </span>
              </p>
              <div
                className="related-track"
                style={{ ...style, "--height": `${(packed[place]?.rows ?? 1) * ROW}px` } as CSSProperties}
              >
                <span className="related-band" />
                {(packed[place]?.placed ?? []).map((mark) => {
                  const item = items.get(mark.id);
                  if (item === undefined) return <Self key={mark.id} mark={mark} level={alert.rule.level} />;
                  const order = marks[place]?.indexOf(mark) ?? 0;
                  const isCurrent = current.lane === place && current.place === order;
                  return (
                    <Link
                      key={mark.id}
                      to="/alerts"
                      search={(now) => ({ ...now, alert: item.id, finding: undefined })}
                      className={`related-mark severity ${item.rule.level} ${item.status === "closed" ? "is-closed" : ""}`}
                      style={placedAt(mark)}
                      aria-label={said(item)}
                      tabIndex={isCurrent ? 0 : -1}
                      data-at={`${place} ${order}`}
                      data-testid="related-mark"
                      onFocus={() => (setTold(item), setAt({ lane: place, place: order }))}
                      onMouseEnter={() => setTold(item)}
                    >
                      <SeverityShape level={item.rule.level} />
                    </Link>
                  );
                })}
              </div>
            </div>
          ),
        )}
        <div className="related-axis" aria-hidden="true">
          {ticksOf(scale, { apart: TICK_APART, offsetMs: -new Date(scale.from).getTimezoneOffset() * 60_000 }).map(
            (tick) => (
              <span key={tick} style={{ "--left": `${placeOf(scale, tick) + MARK / 2}px` } as CSSProperties}>
                {format.brief(new Date(tick))}
              </span>
            ),
          )}
        </div>
      </div>
      <p className="related-tip" data-testid="related-tip">
        {told === undefined ? <span className="quiet">{t("related.hint")}</span> : <bdi>{said(told)}</bdi>}
      </p>
    </>
  );
}

function Self({ mark, level }: { mark: Placed; level: Alert["rule"]["level"] }) {
  const t = useText();
  return (
    <span className={`related-self severity ${level}`} style={placedAt(mark)} title={t("related.self")}>
      <SeverityShape level={level} />
    </span>
  );
}

function placedAt({ left, right, row }: Placed): CSSProperties {
  return { "--left": `${left}px`, "--width": `${right - left}px`, "--top": `${row * ROW}px` } as CSSProperties;
}
