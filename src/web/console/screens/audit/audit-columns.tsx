import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { AuditEntry } from "../../api/types.ts";

/** Verbs are open-ended on the server; a new one shows as its code. */
function useVerbText(): (verb: string) => string {
  const t = useText();
  return (verb) => (hasText(`audit.verb.${verb}`) ? t(`audit.verb.${verb}`) : verb);
}

export function useAuditColumns(): Column<AuditEntry>[] {
  const t = useText();
  const format = useFormat();
  const verbText = useVerbText();
  return [
    {
      id: "index",
      header: t("audit.index"),
      width: "64px",
      numeric: true,
      render: (entry) => format.number(entry.index),
    },
    {
      id: "at",
      header: t("audit.at"),
      width: "162px",
      render: (entry) => <time dateTime={entry.at}>{format.exact(new Date(entry.at))}</time>,
    },
    {
      id: "actor",
      header: t("audit.actor"),
      width: "minmax(120px, 1.2fr)",
      render: (entry) => <bdi title={t(`audit.kind.${entry.actor.kind}`)}>{entry.actor.name}</bdi>,
    },
    {
      id: "verb",
      header: t("audit.verb"),
      width: "minmax(160px, 1.6fr)",
      render: (entry) => <span title={entry.verb}>{verbText(entry.verb)}</span>,
    },
    {
      id: "object",
      header: t("audit.object"),
      width: "minmax(120px, 1.2fr)",
      render: (entry) => entry.object !== null && <RawText text={`${entry.object.kind} ${entry.object.id}`} />,
    },
    {
      id: "outcome",
      header: t("audit.outcome"),
      width: "96px",
      render: (entry) => (
        <span className={entry.outcome === "ok" ? "quiet" : "bad-text"}>{t(`audit.outcome.${entry.outcome}`)}</span>
      ),
    },
    {
      id: "peer",
      header: t("audit.peer"),
      width: "110px",
      render: (entry) => entry.peer !== null && <RawText text={entry.peer} />,
    },
  ];
}

export function NarrowEntry({ entry }: { entry: AuditEntry }) {
  const t = useText();
  const format = useFormat();
  const verbText = useVerbText();
  return (
    <>
      <div>
        <span className="truncate grow">{verbText(entry.verb)}</span>
        <span className={entry.outcome === "ok" ? "quiet" : "bad-text"}>{t(`audit.outcome.${entry.outcome}`)}</span>
      </div>
      <div className="small quiet">
        <bdi className="truncate grow">{entry.actor.name}</bdi>
        <span>{format.exact(new Date(entry.at))}</span>
      </div>
    </>
  );
}

export function Details({ entry }: { entry: AuditEntry }) {
  const t = useText();
  return (
    <div className="event-expansion audit-details">
      <pre>
        <RawText text={JSON.stringify(entry.details, null, 2)} block />
      </pre>
      <p className="quiet small">
        {t("audit.leaf")} <code>{entry.leafHash}</code>
      </p>
    </div>
  );
}
