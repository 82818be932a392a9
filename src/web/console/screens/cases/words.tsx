import type { Text } from "../../../kit/i18n/text.tsx";
import { hasText, type Language, useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import type { CaseSummary, PartContent, Tlp } from "../../api/case-types.ts";

/** The label is FIRST's, in its colour on black, and never translated. */
export function TlpMark({ tlp }: { tlp: Tlp }) {
  return <span className={`tlp tlp-${tlp.toLowerCase().replace("+", "-")}`} translate="no">{`TLP:${tlp}`}</span>;
}

export function RestrictedMark({ word = false }: { word?: boolean }) {
  const t = useText();
  return (
    <span className="case-lock" title={t("case.restricted")}>
      <Icon name="lock" />
      <span className={word ? undefined : "visually-hidden"}>{t("case.restricted")}</span>
    </span>
  );
}

/** Kinds are content: one without a text of its own is shown by its name. */
export function kindText(kind: string, t: Text): string {
  const key = `case.kind.${kind}`;
  return hasText(key) ? t(key) : kind;
}

export function stageText({ stage, resolution }: Pick<CaseSummary, "stage" | "resolution">, t: Text): string {
  return resolution === null
    ? t(`case.stage.${stage}`)
    : `${t(`case.stage.${stage}`)} · ${t(`case.resolution.${resolution}`)}`;
}

/** What a fact says: its own words, else those of the rule whose alert brought it. */
export function factText(content: Extract<PartContent, { kind: "fact" }>, language: Language): string {
  if (content.text !== "") return content.text;
  const { rule, host } = content.source;
  const title = rule === null ? "" : language === "vi" ? (rule.titleVi ?? rule.title) : rule.title;
  return host === null ? title : `${title} · ${host}`;
}
