import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import type { RelatedAlerts } from "../../api/types.ts";
import { briefStatusText, entityKindText, ruleTitle } from "./columns.tsx";

/** The same as the drawing, row by row. */
export function RelatedTable({ related }: { related: RelatedAlerts }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  return (
    <TableScroll label={t("panel.tab.related")}>
      <table className="table" data-testid="related-table">
        <thead>
          <tr>
            <th scope="col">{t("alert.first_seen")}</th>
            <th scope="col">{t("alert.level")}</th>
            <th scope="col">{t("alert.title")}</th>
            <th scope="col">{t("alert.status")}</th>
            <th scope="col">{t("related.shared")}</th>
          </tr>
        </thead>
        <tbody>
          {related.items.map((item) => (
            <tr key={item.id}>
              <td>{format.brief(new Date(item.firstSeen))}</td>
              <td>
                <SeverityMark level={item.rule.level} />
              </td>
              <td>
                <Link to="/alerts" search={(now) => ({ ...now, alert: item.id, finding: undefined })}>
                  <SafeText text={ruleTitle(item.rule, language)} />
                </Link>
                <div className="quiet small">
                  <RawText text={item.entity.value} />
                </div>
              </td>
              <td>{briefStatusText(item, t)}</td>
              <td className="small">
                {item.shared.map(({ lane }) => {
                  const shared = related.lanes[lane];
                  if (shared === undefined) return null;
                  return (
                    <div key={lane}>
                      <span className="quiet">{entityKindText(shared.kind, t)}</span> <RawText text={shared.value} />
                    </div>
                  );
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
