import { Link } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { AlertedEvent, ProcessNode } from "../../api/investigation-types.ts";
import { StoredEventView } from "../../events/stored-event.tsx";
import { term } from "../../values/terms.ts";
import { Value } from "../../values/value-menu.tsx";
import { ruleTitle } from "../alerts/columns.tsx";
import { programName } from "./rows.ts";

const UNKNOWN_END_MS = 3_600_000;

/** Everything the host told while the process ran, by the process's own id where it has one. */
function huntOf(node: ProcessNode) {
  const own =
    node.guid === null
      ? `(${term("ProcessId", String(node.pid))} or ${term("pid", String(node.pid))} or ${term("NewProcessId", `0x${node.pid.toString(16)}`)})`
      : term("ProcessGuid", node.guid);
  const end = node.endedAt === null ? Date.parse(node.startedAt) + UNKNOWN_END_MS : Date.parse(node.endedAt) + 1;
  return { q: `${term("host", node.host)} and ${own}`, from: node.startedAt, to: new Date(end).toISOString() };
}

interface PanelProps {
  readonly node: ProcessNode;
  readonly mark: AlertedEvent | undefined;
  readonly onClose: () => void;
}

export function ProcessPanel({ node, mark, onClose }: PanelProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  return (
    <section className="panel" aria-label={t("tree.panel")} data-testid="process-panel" data-pivot-first="">
      <header className="panel-head">
        <div className="row">
          <h2 className="grow">
            <RawText text={programName(node.image) || t("tree.unnamed")} />
          </h2>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
        </div>
        {mark !== undefined && (
          <p className="row wrap">
            <SeverityMark level={mark.rule.level} />
            <Link to="/alerts" search={{ status: "all", alert: mark.alertId }}>
              <SafeText text={ruleTitle(mark.rule, language)} />
            </Link>
          </p>
        )}
        <dl className="facts">
          <div>
            <dt>{t("tree.pid")}</dt>
            <dd>{node.pid}</dd>
          </div>
          <div>
            <dt>{t("entity.host")}</dt>
            <dd>
              <Value field="host" value={node.host} />
            </dd>
          </div>
          {node.user !== null && (
            <div>
              <dt>{t("entity.user")}</dt>
              <dd>
                <Value field="user" value={node.user} />
              </dd>
            </div>
          )}
          <div>
            <dt>{t("tree.column.start")}</dt>
            <dd>
              <When at={node.startedAt} as="exact" />
            </dd>
          </div>
          <div>
            <dt>{t("tree.end")}</dt>
            <dd>{node.endedAt === null ? t("tree.no_end") : format.exact(new Date(node.endedAt))}</dd>
          </div>
        </dl>
      </header>
      <div className="row wrap actions">
        <Link to="/hunt" search={huntOf(node)} className="button">
          <Icon name="hunt" />
          {t("tree.hunt")}
        </Link>
      </div>
      <div className="tab-body">
        <StoredEventView eventId={node.eventId} />
      </div>
    </section>
  );
}
