import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { type Format, useFormat } from "../../../kit/i18n/format.ts";
import { hasText, type Text, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { LogOn } from "../../api/investigation-types.ts";
import { Value } from "../../values/value-menu.tsx";
import type { SessionKind } from "./search.ts";

/** Beside an open panel only what tells rows apart remains. */
const BESIDE_PANEL = new Set(["opened", "lasted", "user", "host", "source"]);

/** How somebody came in, as the source says it. */
export function wayIn({ kind, logonType }: LogOn, t: Text): string {
  const key = `sessions.type.${logonType}`;
  if (kind === "windows" && logonType !== null) return hasText(key) ? t(key) : logonType;
  return t(`sessions.kind.${kind}`);
}

export function lasted({ openedAt, closedAt }: LogOn, format: Format): string {
  return closedAt === null ? "—" : format.duration((Date.parse(closedAt) - Date.parse(openedAt)) / 1_000);
}

function Known({ field, value }: { field: string; value: string | null }) {
  return value === null ? <span className="quiet">—</span> : <Value field={field} value={value} />;
}

/** The one thing all of them share is told above the list, not in every row. */
const SHARED = { host: "host", user: "user", ip: "source" } as const;

export function useSessionColumns(kind: SessionKind, isBeside: boolean): Column<LogOn>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(() => {
    const columns: Column<LogOn>[] = [
      {
        id: "opened",
        header: t("sessions.opened"),
        width: "162px",
        render: ({ openedAt }) => <time dateTime={openedAt}>{format.exact(new Date(openedAt))}</time>,
      },
      {
        id: "lasted",
        header: t("sessions.lasted"),
        width: "96px",
        numeric: true,
        render: (logOn) => (
          <span title={logOn.closedAt === null ? t("sessions.no_closing") : format.exact(new Date(logOn.closedAt))}>
            {lasted(logOn, format)}
          </span>
        ),
      },
      {
        id: "user",
        header: t("entity.user"),
        width: "minmax(130px, 1.2fr)",
        render: ({ user }) => <Known field="user" value={user} />,
      },
      {
        id: "host",
        header: t("entity.host"),
        width: "minmax(120px, 1fr)",
        render: ({ host }) => <Known field="host" value={host} />,
      },
      {
        id: "source",
        header: t("entity.srcIp"),
        width: "minmax(130px, 1fr)",
        render: ({ source }) => <Known field="srcIp" value={source} />,
      },
      {
        id: "way",
        header: t("sessions.way"),
        width: "minmax(120px, 1fr)",
        render: (logOn) => wayIn(logOn, t),
      },
      {
        id: "id",
        header: t("sessions.id"),
        width: "minmax(90px, 0.6fr)",
        render: ({ value }) => <RawText text={value} />,
      },
    ];
    const own = columns.filter(({ id }) => id !== SHARED[kind]);
    return isBeside ? own.filter(({ id }) => BESIDE_PANEL.has(id)) : own;
  }, [t, format, kind, isBeside]);
}
