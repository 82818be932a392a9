import "./rules.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { Split } from "../../../kit/split.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useMay } from "../../api/session.ts";
import { RULE_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { RuleFilters } from "./rule-filters.tsx";
import { RuleList, useRuleRows } from "./rule-list.tsx";
import { RulePanel } from "./rule-panel.tsx";
import { filterOf, type RuleSearch } from "./search.ts";

export function Rules() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const search = useSearch({ from: "/rules" });
  const filter = filterOf(search);
  const filterInput = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (part: RuleSearch, replace = false) =>
      void navigate({ to: "/rules", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const found = useRuleRows(filter);
  const cursor = usePanelCursor({
    keys: found.rows.map((rule) => rule.id),
    opened: search.rule,
    open: (rule, replace) => change({ rule }, replace),
    filterInput,
  });
  useKeys(may("rules.write") ? { "new-rule": () => void navigate({ to: "/rules/new", search: {} }) } : {});
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <RuleFilters filter={filter} onChange={change} inputRef={filterInput} />
      <Split
        name="rules"
        list={
          <RuleList
            found={found}
            filter={filter}
            opened={search.rule}
            current={cursor.current}
            onCurrent={cursor.move}
            onChange={change}
          />
        }
        panel={
          search.rule === undefined ? undefined : (
            <RulePanel key={search.rule} id={search.rule} onClose={cursor.close} />
          )
        }
      />
    </>
  );
}
