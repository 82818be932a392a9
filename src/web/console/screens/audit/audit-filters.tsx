import { useText } from "../../../kit/i18n/text.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import type { AuditSearch } from "./search.ts";

const OUTCOMES = ["ok", "denied", "failed"] as const;
const RANGES = ["1h", "24h", "7d", "30d"] as const;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (part: AuditSearch) => void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const t = useText();
  return (
    <div className="page-head alert-filters">
      <h1 className="visually-hidden">{t("place.audit")}</h1>
      <TextFilter value={search.verb ?? ""} label={t("audit.filter_verb")} onChange={(verb) => onChange({ verb })} />
      <select
        className="input"
        aria-label={t("audit.outcome")}
        value={search.outcome ?? ""}
        onChange={(event) => onChange({ outcome: event.target.value || undefined })}
      >
        <option value="">{t("audit.any_outcome")}</option>
        {OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {t(`audit.outcome.${outcome}`)}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t("filter.time")}
        value={search.range ?? ""}
        onChange={(event) => onChange({ range: event.target.value || undefined })}
      >
        <option value="">{t("filter.any_time")}</option>
        {RANGES.map((range) => (
          <option key={range} value={range}>
            {t(`range.${range}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
