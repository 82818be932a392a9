import { Link } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { CasePage } from "../../api/case-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { StageLine } from "./stage-line.tsx";
import { useCase } from "./use-cases.ts";
import { factText, RestrictedMark, TlpMark } from "./words.tsx";

const NEWEST = 5;

function Newest({ page }: { page: CasePage }) {
  const t = useText();
  const language = useLanguage();
  const facts = page.parts.flatMap((part) =>
    part.content.kind === "fact" && !part.hidden ? [{ ...part, content: part.content }] : [],
  );
  const open = page.parts.flatMap((part) =>
    part.content.kind === "task" && !part.hidden && (part.content.state === "open" || part.content.state === "doing")
      ? [{ ...part, content: part.content }]
      : [],
  );
  return (
    <>
      <section>
        <h3 className="section-head">{t("case.tasks.waiting", { n: open.length })}</h3>
        <ul className="case-short">
          {open.slice(0, NEWEST).map((part) => (
            <li key={part.id}>
              <SafeText text={part.content.title} />
              {part.content.owner !== null && <span className="quiet"> · {part.content.owner.name}</span>}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="section-head">{t("case.facts.newest")}</h3>
        <ul className="case-short">
          {facts
            .slice(-NEWEST)
            .toReversed()
            .map((part) => (
              <li key={part.id}>
                <span className="quiet">
                  <When at={part.content.time} />
                </span>{" "}
                <SafeText text={factText(part.content, language)} />
              </li>
            ))}
        </ul>
        {facts.length === 0 && <p className="quiet">{t("case.timeline.none")}</p>}
      </section>
    </>
  );
}

/** What a glance needs; the work itself is done on the case's own page. */
export function CasePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const { data: page, isPending, error, refetch } = useCase(id);
  return (
    <section className="panel" aria-label={t("case.panel")} data-testid="case-panel">
      {page === undefined ? (
        <>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
          {isPending ? <Skeleton /> : <FaultView error={error} onRetry={() => void refetch()} />}
        </>
      ) : (
        <>
          <header className="panel-head">
            <div className="row">
              <SeverityMark level={page.severity} />
              <span className="quiet num">{page.number}</span>
              <TlpMark tlp={page.tlp} />
              {page.restricted && <RestrictedMark word />}
              <span className="grow" />
              <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
            </div>
            <h2>
              <SafeText text={page.title} />
            </h2>
          </header>
          <div className="row wrap actions">
            <Link to="/cases/$id" params={{ id }} search={{}} className="button primary" data-testid="case-open">
              <Icon name="right" />
              {t("case.open")}
            </Link>
          </div>
          <div className="tab-body stack">
            <StageLine page={page} />
            {page.summary !== "" && (
              <p className="case-summary">
                <SafeText text={page.summary} />
              </p>
            )}
            <Newest page={page} />
          </div>
        </>
      )}
    </section>
  );
}
