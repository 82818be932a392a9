import { Link } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";
import { useMay } from "../../api/session.ts";
import type { Alert } from "../../api/types.ts";
import { TechniqueTags } from "../rules/technique-tags.tsx";
import { huntOfRule } from "../saved-hunts/search.ts";
import { useRule } from "../rules/use-rule.ts";

const SHOWN_TAGS = 8;

function techniquesOf(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => /^attack\.(?:ics\.)?(t\d[\d.]*)$/iu.exec(tag)?.[1]?.toUpperCase() ?? []);
}

function LevelHere({ ruleId }: { ruleId: string }) {
  const t = useText();
  const rule = useRule(ruleId);
  const level = rule.data?.levelOverride ?? null;
  if (rule.data === undefined || level === null) return null;
  return (
    <span className="quiet small" data-testid="level-override">
      {t("panel.level_override", { level: t(`severity.${level}`), own: t(`severity.${rule.data.rule.ownLevel}`) })}
    </span>
  );
}

/** From the alert to its rule: what it looks for, and the level this installation gave it. */
export function PanelRule({ alert }: { alert: Alert }) {
  const t = useText();
  const may = useMay();
  const mayRead = may("rules.read");
  const hunt = huntOfRule(alert.rule.id);
  if (hunt !== undefined) {
    return may("events.read") ? (
      <p className="panel-rule">
        <Link to="/hunt/saved" search={{ hunt }} data-testid="panel-saved-hunt">
          {t("panel.hunt")}
        </Link>
      </p>
    ) : null;
  }
  return (
    <>
      {mayRead && (
        <p className="row wrap panel-rule">
          <Link to="/rules/$id" params={{ id: alert.rule.id }} search={{}} data-testid="panel-rule">
            {t("panel.rule")}
          </Link>
          <LevelHere ruleId={alert.rule.id} />
        </p>
      )}
      <TechniqueTags techniques={techniquesOf(alert.rule.tags).slice(0, SHOWN_TAGS)} />
    </>
  );
}
