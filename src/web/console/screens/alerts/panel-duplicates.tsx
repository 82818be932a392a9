import { Link } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useMay } from "../../api/session.ts";
import type { Alert } from "../../api/types.ts";
import { type AskKind, isInQueue } from "./action-props.ts";
import { briefStatusText } from "./columns.tsx";
import { duplicateTitle, factorText, reasonText, useDuplicates } from "./duplicates.tsx";

/** The alert that probably says the same, why, and what may be done about it with one key each. Silent when there is none. */
export function PanelDuplicates({ alert, onAsk }: { alert: Alert; onAsk: (kind: AskKind) => void }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const may = useMay();
  const found = useDuplicates(isInQueue(alert) ? alert : undefined).data;
  const [best, ...more] = found?.items ?? [];
  if (best === undefined || !isInQueue(alert)) return null;
  return (
    <section className="duplicate" aria-label={t("duplicate.title")} data-testid="duplicate">
      <p>
        <strong>{t("duplicate.title")}</strong>{" "}
        <Link to="/alerts" search={(now) => ({ ...now, alert: best.id, finding: undefined })}>
          <SafeText text={duplicateTitle(best, language)} />
        </Link>{" "}
        <span className="tag">{briefStatusText(best, t)}</span>
      </p>
      <details>
        <summary>
          <SafeText text={reasonText(best, { t, format })} />{" "}
          <span className="quiet">· {t("duplicate.score", { n: best.score })}</span>
        </summary>
        <p className="quiet">{best.factors.map((factor) => factorText(factor, t)).join(" + ")}</p>
        {more.map((each) => (
          <p key={each.id}>
            <Link to="/alerts" search={(now) => ({ ...now, alert: each.id, finding: undefined })}>
              <SafeText text={duplicateTitle(each, language)} />
            </Link>{" "}
            <span className="quiet">
              <SafeText text={`${reasonText(each, { t, format })} · ${t("duplicate.score", { n: each.score })}`} />
            </span>
          </p>
        ))}
      </details>
      {may("alerts.write") && (
        <div className="row wrap">
          {found?.items.some(isInQueue) === true && (
            <Button icon="group" hotkey="m" onClick={() => onAsk("merge-into")} data-testid="duplicate-merge">
              {t("duplicate.merge")}
            </Button>
          )}
          <Button icon="check" hotkey="d" onClick={() => onAsk("duplicate")} data-testid="duplicate-close">
            {t("action.duplicate")}
          </Button>
        </div>
      )}
    </section>
  );
}
