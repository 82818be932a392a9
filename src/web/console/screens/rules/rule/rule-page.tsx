import "../rules.css";
import "./rule-page.css";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Empty } from "../../../../kit/empty.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Tabs } from "../../../../kit/tabs.tsx";
import { ApiFault } from "../../../api/client.ts";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { RULE_TABS } from "../../../frame/places.ts";
import { useKeys } from "../../../keys/use-keys.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { useRule } from "../use-rule.ts";
import { RuleActivity } from "./rule-activity.tsx";
import { RuleHead } from "./rule-head.tsx";
import { RuleHistoryTab } from "./rule-history.tsx";
import { RuleTests } from "./rule-tests.tsx";
import { RuleTextTab } from "./rule-text-tab.tsx";
import { RuleTuning } from "./rule-tuning.tsx";

const TABS = ["text", "activity", "tuning", "tests", "history"] as const;
type Tab = (typeof TABS)[number];

function Content({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/rules/$id" });
  const { rule } = detail;
  const tab = TABS.find((each) => each === search.tab) ?? "text";
  const change = (next: Tab) =>
    void navigate({
      to: "/rules/$id",
      params: { id: rule.id },
      search: { tab: next === "text" ? undefined : next },
      replace: true,
    });
  useKeys({
    edit: () =>
      void (detail.editable
        ? navigate({ to: "/rules/$id/edit", params: { id: rule.id } })
        : navigate({ to: "/rules/new", search: { from: rule.id } })),
  });
  return (
    <div className="rule-page" data-testid="rule-page">
      <RuleHead detail={detail} />
      <Tabs<Tab>
        label={t("rule.parts")}
        value={tab}
        onChange={change}
        tabs={TABS.map((each) => ({
          value: each,
          label:
            each === "tuning" && rule.exceptions > 0
              ? t("rule.tab.tuning_n", { n: rule.exceptions })
              : t(`rule.tab.${each}`),
        }))}
      >
        {tab === "text" && <RuleTextTab detail={detail} compare={search.version} />}
        {tab === "activity" && <RuleActivity detail={detail} />}
        {tab === "tuning" && <RuleTuning detail={detail} />}
        {tab === "tests" && <RuleTests detail={detail} />}
        {tab === "history" && <RuleHistoryTab detail={detail} />}
      </Tabs>
    </div>
  );
}

function Absent({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useText();
  if (!(error instanceof ApiFault) || error.status !== 404) return <FaultView error={error} onRetry={onRetry} />;
  return (
    <Empty title={t("rule.gone.title")} action={<Link to="/rules">{t("rule.gone.do")}</Link>}>
      {t("rule.gone.body")}
    </Empty>
  );
}

/** Everything about one rule on a page of its own; the panel beside the list is the quick look. */
export function RulePage() {
  const t = useText();
  const { id } = useParams({ from: "/rules/$id" });
  const detail = useRule(id);
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <div className="rule-way">
        <Link to="/rules" search={{}}>
          <Icon name="left" /> {t("rule.back")}
        </Link>
      </div>
      {detail.data === undefined && <h1 className="visually-hidden">{t("rule.panel")}</h1>}
      {detail.isPending && <Skeleton lines={12} />}
      {detail.data === undefined && detail.isError && (
        <Absent error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {detail.data !== undefined && <Content key={id} detail={detail.data} />}
    </>
  );
}
