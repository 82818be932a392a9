import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Alert } from "../../api/types.ts";

/** The urgency and, one click away, what it is the product of. */
export function PanelUrgency({ alert }: { alert: Alert }) {
  const t = useText();
  const format = useFormat();
  const factors = alert.urgencyFactors;
  if (factors === null) return <>{format.number(alert.urgency)}</>;
  const { severity, asset, track, bound } = factors;
  const rows = [
    {
      name: t("urgency.severity"),
      value: format.number(severity.weight),
      why: t(`severity.${severity.level}`),
    },
    {
      name: t("urgency.asset"),
      value: `× ${format.decimal(asset.factor)}`,
      why: asset.system ?? t(`urgency.importance.${asset.importance}`),
    },
    { name: t("urgency.indicator"), value: "× 1", why: t("urgency.indicator.none") },
    {
      name: t("urgency.track"),
      value: `× ${format.decimal(track.factor)}`,
      why:
        t("urgency.track.why", { right: track.truePositives, of: track.truePositives + track.falsePositives }) +
        ((track.unconfirmed ?? 0) === 0 ? "" : ` · ${t("urgency.track.unconfirmed", { n: track.unconfirmed ?? 0 })}`),
    },
  ];
  return (
    <details className="urgency" data-testid="urgency">
      <summary>{format.number(alert.urgency)}</summary>
      <table className="table">
        <caption className="visually-hidden">{t("urgency.title")}</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td className="num">{row.value}</td>
              <td className="quiet">
                <SafeText text={row.why} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t("alert.urgency")}</th>
            <td className="num">{format.number(alert.urgency)}</td>
            <td className="quiet">
              {bound !== null && t(`urgency.bound.${bound.kind}`, { value: format.number(bound.value) })}
            </td>
          </tr>
        </tbody>
      </table>
    </details>
  );
}
