import { useEffect, useState } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Alert } from "../../api/types.ts";

const TICK_MS = 30_000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The promise that is owed next: how much of its time is gone, as a bar and in words. */
export function Due({ alert }: { alert: Alert }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  if (alert.snoozedUntil !== null) {
    return (
      <span className="quiet truncate" title={format.exact(new Date(alert.snoozedUntil))}>
        {t("due.asleep", { when: format.exact(new Date(alert.snoozedUntil)) })}
      </span>
    );
  }
  if (alert.due === null) return <span className="quiet">—</span>;
  const end = Date.parse(alert.due.at);
  const start = Date.parse(alert.createdAt);
  const late = now > end;
  const text = t(late ? "due.late" : "due.left", {
    what: t(`due.${alert.due.kind}`),
    time: span(Math.abs(end - now), t),
  });
  return (
    <span className={late ? "due late" : "due"} title={`${text} (${format.exact(new Date(end))})`}>
      <progress
        max={Math.max(1, end - start)}
        value={Math.min(end - start, Math.max(0, now - start))}
        aria-hidden="true"
      />
      <span className="truncate">{text}</span>
    </span>
  );
}

function span(ms: number, t: ReturnType<typeof useText>): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return t("due.minutes", { n: minutes });
  return minutes < 2_880
    ? t("due.hours", { n: Math.round(minutes / 60) })
    : t("due.days", { n: Math.round(minutes / 1_440) });
}
