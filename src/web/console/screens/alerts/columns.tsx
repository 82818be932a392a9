import type { Column } from "../../../kit/data-grid.tsx";
import type { Format } from "../../../kit/i18n/format.ts";
import { hasText, type Language, type Text, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import { Due } from "./due.tsx";
import type { Alert } from "../../api/types.ts";

export function ruleTitle(
  rule: { readonly title: string; readonly titleVi: string | null },
  language: Language,
): string {
  return language === "vi" ? (rule.titleVi ?? rule.title) : rule.title;
}

/** Kinds are open-ended on the server; a new one shows under its own name. */
export function entityKindText(kind: string, t: Text): string {
  return hasText(`entity.${kind}`) ? t(`entity.${kind}`) : kind;
}

export function seenBeforeText(seen: Alert["seenBefore"], t: Text): string {
  return seen
    .toSorted((a, b) => b.count - a.count)
    .map(({ reason, isConfirmed, count, people }) => {
      const what = isConfirmed ? t(`seen.${reason}`, { n: count }) : t("seen.unconfirmed", { n: count });
      return people.length === 0 ? what : t("seen.by", { what, who: people.join(", ") });
    })
    .join(" · ");
}

export function statusText(alert: Alert, t: Text): string {
  if (alert.proposedBy !== null) return t("status.unconfirmed");
  return alert.status === "closed" && alert.closeReason !== null
    ? t(`reason.${alert.closeReason}`)
    : t(`status.${alert.status}`);
}

/** Of an alert that is told beside another one. */
export function briefStatusText({ status, closeReason }: Pick<Alert, "status" | "closeReason">, t: Text): string {
  return closeReason === null ? t(`status.${status}`) : t(`reason.${closeReason}`);
}

interface Tools {
  /** Names of colleagues who look at an alert, by `alert:<id>`. */
  readonly others: ReadonlyMap<string, readonly string[]>;
  readonly t: Text;
  readonly format: Format;
  readonly language: Language;
}

/** Who has it; else who looks at it right now. */
function Owner({ alert, others }: { alert: Alert; others: readonly string[] | undefined }) {
  const t = useText();
  const looking = others === undefined ? undefined : t("presence.looking", { names: others.join(", ") });
  return (
    <span className="truncate" title={looking}>
      {alert.assignee !== null && <bdi>{alert.assignee.name}</bdi>}
      {alert.assignee === null && looking === undefined && <span className="quiet">—</span>}
      {looking !== undefined && (
        <span className="presence" data-testid="row-presence">
          {" "}
          {alert.assignee === null ? <bdi>{looking}</bdi> : "◉"}
        </span>
      )}
    </span>
  );
}

export function alertColumns({ t, format, language, others }: Tools): Column<Alert>[] {
  return [
    {
      id: "level",
      header: t("alert.level"),
      width: "110px",
      render: (alert) => <SeverityMark level={alert.rule.level} />,
    },
    {
      id: "urgency",
      header: t("alert.urgency"),
      width: "62px",
      numeric: true,
      sort: "urgency",
      render: (alert) => format.number(alert.urgency),
    },
    {
      id: "title",
      header: t("alert.title"),
      width: "minmax(220px, 4fr)",
      render: (alert) => (
        <span title={ruleTitle(alert.rule, language)}>
          <SafeText text={ruleTitle(alert.rule, language)} />
          {alert.tags.length > 0 && (
            <span className="quiet">
              {" "}
              <SafeText text={alert.tags.map((tag) => `#${tag}`).join(" ")} />
            </span>
          )}
        </span>
      ),
    },
    {
      id: "entity",
      header: t("alert.entity"),
      width: "minmax(120px, 2fr)",
      render: (alert) => (
        <span title={`${entityKindText(alert.entity.kind, t)}: ${alert.entity.value}`}>
          <RawText text={[alert.entity, ...alert.also].map(({ value }) => value).join(" · ")} />
        </span>
      ),
    },
    {
      id: "count",
      header: t("alert.count"),
      width: "56px",
      numeric: true,
      sort: "count",
      render: (alert) => format.number(alert.count),
    },
    {
      id: "firstSeen",
      header: t("alert.first_seen"),
      width: "90px",
      sort: "firstSeen",
      render: (alert) => <When at={alert.firstSeen} />,
    },
    {
      id: "lastSeen",
      header: t("alert.last_seen"),
      width: "90px",
      sort: "lastSeen",
      render: (alert) => <When at={alert.lastSeen} />,
    },
    {
      id: "status",
      header: t("alert.status"),
      width: "96px",
      render: (alert) => <span className={alert.status === "open" ? "" : "quiet"}>{statusText(alert, t)}</span>,
    },
    {
      id: "due",
      header: t("alert.due"),
      width: "104px",
      sort: "due",
      render: (alert) => <Due alert={alert} />,
    },
    {
      id: "owner",
      header: t("alert.owner"),
      width: "minmax(100px, 1.1fr)",
      render: (alert) => <Owner alert={alert} others={others.get(`alert:${alert.id}`)} />,
    },
    {
      id: "seen",
      header: t("alert.seen_before"),
      width: "minmax(72px, 0.8fr)",
      render: (alert) => {
        const text = seenBeforeText(alert.seenBefore, t);
        return (
          <span className="quiet" title={text}>
            <SafeText text={text} />
          </span>
        );
      },
    },
  ];
}

/** Until somebody asks for them: what an alert is called needs the room. */
export const HIDDEN_FIRST = ["firstSeen"];

/** Beside an open panel only what tells rows apart remains. */
export const BESIDE_PANEL = new Set(["level", "title", "entity", "lastSeen"]);

export function NarrowAlert({ alert, tools }: { alert: Alert; tools: Tools }) {
  return (
    <>
      <div>
        <SeverityMark level={alert.rule.level} />
        <span className="truncate grow">
          <SafeText text={ruleTitle(alert.rule, tools.language)} />
        </span>
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          <RawText text={alert.entity.value} />
        </span>
        <span>×{tools.format.number(alert.count)}</span>
        <When at={alert.lastSeen} />
        <span>{statusText(alert, tools.t)}</span>
      </div>
    </>
  );
}
