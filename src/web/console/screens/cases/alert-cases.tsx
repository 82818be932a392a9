import { Link } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useAlertCases } from "./use-cases.ts";

/** The cases an alert is in, as far as the reader may know of them. */
export function AlertCases({ alert }: { alert: string }) {
  const t = useText();
  const links = useAlertCases(alert);
  const items = links.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <p className="small" data-testid="alert-cases">
      <span className="quiet">{t("case.of_alert")}</span>{" "}
      {items.map((each) => (
        <Link key={each.case.id} to="/cases/$id" params={{ id: each.case.id }} search={{}}>
          {each.case.number} <SafeText text={each.case.title} />
        </Link>
      ))}
    </p>
  );
}
