import type { RefObject } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuCheck } from "../../../kit/menu.tsx";
import { listed, toggled } from "../../search-params.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { CriticalityMark } from "./marks.tsx";
import type { AssetSearch } from "./search.ts";
import { CRITICALITIES } from "./system-form.ts";
import { useFilterValues } from "./use-assets.ts";

const LEVELS = ["5", "4", "3", "2", "1", "none"] as const;
const CLASSES = ["essential", "important", "registered", "out_of_scope", "none"] as const;
const STATES = ["active", "retired", "merged", "all"] as const;

interface FiltersProps {
  readonly search: AssetSearch;
  readonly onChange: (part: AssetSearch, replace?: boolean) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

type Change = Pick<FiltersProps, "search" | "onChange">;

function CriticalityMenu({ search, onChange }: Change) {
  const t = useText();
  const chosen = listed(search.criticality);
  const label =
    chosen.length === 0
      ? t("assets.any_criticality")
      : chosen.map((each) => t(`assets.criticality.${each}`)).join(", ");
  return (
    <Menu trigger={<Button data-testid="filter-criticality">{label}</Button>}>
      {CRITICALITIES.map((each) => (
        <MenuCheck
          key={each}
          checked={chosen.includes(each)}
          onChange={() => onChange({ criticality: toggled(search.criticality, each) })}
        >
          <CriticalityMark of={each} />
        </MenuCheck>
      ))}
    </Menu>
  );
}

function ClassMenu({ search, onChange, of }: Change & { of: "level" | "nis2" }) {
  const t = useText();
  const chosen = listed(search[of]);
  const word = (value: string) => {
    if (value === "none") return t("assets.unassessed");
    return of === "level" ? t("assets.level_n", { n: value }) : t(`assets.nis2.${value}`);
  };
  const label =
    chosen.length === 0 ? t(of === "level" ? "assets.any_level" : "assets.any_nis2") : chosen.map(word).join(", ");
  return (
    <Menu trigger={<Button data-testid={`filter-${of}`}>{label}</Button>}>
      {(of === "level" ? LEVELS : CLASSES).map((each) => (
        <MenuCheck
          key={each}
          checked={chosen.includes(each)}
          onChange={() => onChange({ [of]: toggled(search[of], each) })}
        >
          {word(each)}
        </MenuCheck>
      ))}
    </Menu>
  );
}

function ValueSelect({ search, onChange, of }: Change & { of: "zone" | "owner" }) {
  const t = useText();
  const values = useFilterValues();
  const known = (of === "zone" ? values.data?.zones : values.data?.owners) ?? [];
  const chosen = search[of];
  if (known.length === 0 && chosen === undefined) return null;
  const isListed = chosen === undefined || known.some(({ value }) => value === chosen);
  return (
    <select
      className="input asset-select"
      aria-label={t(`assets.field.${of}`)}
      value={chosen ?? ""}
      onChange={(event) => onChange({ [of]: event.target.value === "" ? undefined : event.target.value })}
    >
      <option value="">{t(of === "zone" ? "assets.any_zone" : "assets.any_owner")}</option>
      {!isListed && <option value={chosen}>{chosen}</option>}
      {known.map(({ value, count }) => (
        <option key={value} value={value}>
          {t("assets.value_count", { value, n: count })}
        </option>
      ))}
    </select>
  );
}

export function AssetFilters({ search, onChange, inputRef }: FiltersProps) {
  const t = useText();
  return (
    <>
      <CriticalityMenu search={search} onChange={onChange} />
      <ClassMenu of="level" search={search} onChange={onChange} />
      <ClassMenu of="nis2" search={search} onChange={onChange} />
      <ValueSelect of="zone" search={search} onChange={onChange} />
      <ValueSelect of="owner" search={search} onChange={onChange} />
      <select
        className="input"
        aria-label={t("assets.field.state")}
        value={search.state ?? "active"}
        onChange={(event) => onChange({ state: event.target.value === "active" ? undefined : event.target.value })}
      >
        {STATES.map((state) => (
          <option key={state} value={state}>
            {t(`assets.state.${state}`)}
          </option>
        ))}
      </select>
      <TextFilter
        value={search.q ?? ""}
        label={t("assets.filter_text")}
        onChange={(q) => onChange({ q }, true)}
        inputRef={inputRef}
      />
    </>
  );
}
