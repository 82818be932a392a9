import { Link } from "@tanstack/react-router";
import type { Ref } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { Menu, MenuCheck } from "../../../kit/menu.tsx";
import { useMay } from "../../api/session.ts";
import { listed, toggled } from "../../search-params.ts";
import { LevelMenu, TextFilter } from "../alerts/filter-bar.tsx";
import { DATA_SOURCES, DataSourceMark } from "./data-source.tsx";
import type { RuleFilter, RuleSearch } from "./search.ts";

const KINDS = ["detection", "correlation", "filter"] as const;
/** Filters that other screens lead here with: shown, so that they can be taken off. */
const CHIPS = ["technique", "product", "origin"] as const;

interface RuleFiltersProps {
  readonly filter: RuleFilter;
  readonly onChange: (part: RuleSearch) => void;
  readonly inputRef: Ref<HTMLInputElement>;
}

function Chips({ filter, onChange }: Omit<RuleFiltersProps, "inputRef">) {
  const t = useText();
  return (
    <>
      {CHIPS.map((key) => {
        const value = filter[key];
        return value === undefined ? null : (
          <Button
            key={key}
            icon="close"
            aria-label={t("rules.drop_filter", { value })}
            onClick={() => onChange({ [key]: undefined })}
            data-testid={`chip-${key}`}
          >
            {key === "origin" ? t("rules.one_import") : value}
          </Button>
        );
      })}
    </>
  );
}

export function RuleFilters({ filter, onChange, inputRef }: RuleFiltersProps) {
  const t = useText();
  const may = useMay();
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
      <select
        className="input"
        aria-label={t("rule.kind")}
        value={filter.kind ?? ""}
        onChange={(event) => onChange({ kind: event.target.value === "" ? undefined : event.target.value })}
        data-testid="filter-kind"
      >
        <option value="">{t("rules.any_kind")}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`rule.kind.${kind}`)}
          </option>
        ))}
      </select>
      <TextFilter
        value={filter.q ?? ""}
        label={t("rules.text")}
        onChange={(q) => onChange({ q })}
        inputRef={inputRef}
      />
      <Chips filter={filter} onChange={onChange} />
      <span className="grow" />
      {may("rules.write") && (
        <Link className="button" to="/rules/new" search={{}} data-testid="rule-new">
          <Icon name="plus" />
          {t("rule.new")}
          <kbd aria-hidden="true">n</kbd>
        </Link>
      )}
    </div>
  );
}
