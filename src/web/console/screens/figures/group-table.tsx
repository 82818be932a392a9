import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, type Language, type Text, useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import type { AlertFigures } from "../../api/types.ts";
import type { MetricName } from "./figure-table.tsx";

type Group = AlertFigures["groups"][number];

export function groupTitle(group: Group, { t, language }: { t: Text; language: Language }): string {
  const title = language === "vi" ? (group.titleVi ?? group.title) : group.title;
  return title ?? (hasText(`severity.${group.key}`) ? t(`severity.${group.key}`) : group.key);
}

/** The chosen figure by severity, rule or person. */
export function GroupTable({ groups, metric }: { groups: readonly Group[]; metric: MetricName }) {
  const t = useText();
  const language = useLanguage();
  const format = useFormat();
  const time = (ms: number | null | undefined) => (ms == null ? "—" : format.duration(ms / 1_000));
  if (groups.length === 0) return null;
  const name = t(`figures.${metric}`);
  return (
    <TableScroll label={name}>
      <table className="table" data-testid="figure-groups">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{t("figures.group")}</th>
            {["figures.alerts", "figures.median", "figures.p90", "figures.waiting"].map((key) => (
              <th key={key} scope="col" className="num">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => {
            const figure = group.figures.find((each) => each.metric === metric);
            return (
              <tr key={group.key}>
                <th scope="row">
                  <SafeText text={groupTitle(group, { t, language })} />
                </th>
                <td className="num">{format.number(group.alerts)}</td>
                <td className="num">{time(figure?.medianMs)}</td>
                <td className="num">{time(figure?.p90Ms)}</td>
                <td className="num">{format.number(figure?.waiting.n ?? 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}
