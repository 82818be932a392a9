import type { Ref } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuCheck } from "../../../kit/menu.tsx";
import { listed, toggled } from "../../search-params.ts";
import { LevelMenu, TextFilter } from "../alerts/filter-bar.tsx";
import { DATA_SOURCES, DataSourceMark } from "./data-source.tsx";
import type { RuleFilter, RuleSearch } from "./search.ts";

interface RuleFiltersProps {
  readonly filter: RuleFilter;
  readonly onChange: (part: RuleSearch) => void;
  readonly inputRef: Ref<HTMLInputElement>;
}

export function RuleFilters({ filter, onChange, inputRef }: RuleFiltersProps) {
  const t = useText();
  const sources = listed(filter.dataSource);
  return (
    <div className="page-head alert-filters">
      <h1 className="visually-hidden">{t("place.rules")}</h1>
      <LevelMenu level={filter.level} onChange={(level) => onChange({ level })} />
      <Menu
        trigger={
          <Button>
            {sources.length === 0 ? t("rules.any_data") : sources.map((state) => t(`data_source.${state}`)).join(", ")}
          </Button>
        }
      >
        {DATA_SOURCES.map((state) => (
          <MenuCheck
            key={state}
            checked={sources.includes(state)}
            onChange={() => onChange({ dataSource: toggled(filter.dataSource, state) })}
          >
            <DataSourceMark state={state} />
          </MenuCheck>
        ))}
      </Menu>
      <select
        className="input"
        aria-label={t("rule.state")}
        value={filter.enabled ?? ""}
        onChange={(event) => onChange({ enabled: event.target.value === "" ? undefined : event.target.value })}
      >
        <option value="">{t("rules.on_and_off")}</option>
        <option value="true">{t("rules.only_on")}</option>
        <option value="false">{t("rules.only_off")}</option>
      </select>
      <TextFilter
        value={filter.q ?? ""}
        label={t("rules.text")}
        onChange={(q) => onChange({ q })}
        inputRef={inputRef}
      />
    </div>
  );
}
