import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { SEVERITIES } from "../../../../../kernel/severity.ts";
import { Button, IconButton } from "../../../../kit/button.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../../../kit/menu.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../../kit/severity.tsx";
import { When } from "../../../../kit/when.tsx";
import { address } from "../../../api/client.ts";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { useMay } from "../../../api/session.ts";
import { download } from "../../../download.ts";
import { ruleTitle } from "../../alerts/columns.tsx";
import { DataSourceMark } from "../data-source.tsx";
import { RuleSwitch } from "../rule-switch.tsx";
import { TechniqueTags } from "../technique-tags.tsx";
import { useRuleChange } from "../use-rule.ts";
import { LaunchDialog } from "./launch-dialog.tsx";
import { RemoveRuleDialog } from "./remove-rule.tsx";

type Change = ReturnType<typeof useRuleChange>;

/** The level findings carry; the author's own is never hidden behind ours. */
function LevelChoice({ detail, change }: { detail: RuleDetail; change: Change }) {
  const t = useText();
  const may = useMay();
  const { level, ownLevel } = detail.rule;
  const overridden = detail.levelOverride !== null;
  const mark = (
    <>
      <SeverityMark level={level} />
      {overridden && <span className="quiet small">{t("rule.own_level", { level: t(`severity.${ownLevel}`) })}</span>}
    </>
  );
  if (!may("rules.write")) return <span className="row">{mark}</span>;
  return (
    <Menu
      trigger={
        <Button kind="plain" className="level-choice" data-testid="rule-level">
          {mark}
        </Button>
      }
    >
      <MenuLabel>{t("rule.level_here")}</MenuLabel>
      {SEVERITIES.toReversed().map((each) => (
        <MenuItem
          key={each}
          onSelect={() => change.mutate({ level: each === ownLevel ? null : each })}
          testId={`level-${each}`}
        >
          <SeverityMark level={each} />
          {each === ownLevel && <span className="quiet">{t("rule.own_level_mark")}</span>}
        </MenuItem>
      ))}
    </Menu>
  );
}

function originText(origin: string): string {
  return origin === "builtin" || origin === "own" ? `rule.origin.${origin}` : "rule.origin.import";
}

function Facts({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const format = useFormat();
  const { rule } = detail;
  return (
    <dl className="facts">
      <div>
        <dt>{t("rule.data")}</dt>
        <dd>
          <DataSourceMark state={rule.dataSource} />
        </dd>
      </div>
      <div>
        <dt>{t("rule.fired")}</dt>
        <dd>
          <Link to="/alerts" search={{ rule: rule.id, status: "all" }}>
            {format.number(rule.firedCount)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t("rule.last_fired")}</dt>
        <dd>{rule.lastFiredAt === null ? "—" : <When at={rule.lastFiredAt} />}</dd>
      </div>
      <div>
        <dt>{t("rule.origin")}</dt>
        <dd>{t(originText(rule.origin))}</dd>
      </div>
      {rule.status !== null && (
        <div>
          <dt>{t("rule.maturity")}</dt>
          <dd>{rule.status}</dd>
        </div>
      )}
      <div>
        <dt>{t("rule.author")}</dt>
        <dd>
          <bdi>{rule.author ?? t("rule.no_author")}</bdi>
        </dd>
      </div>
      <div>
        <dt>{t("imports.licence")}</dt>
        <dd>
          <bdi>{rule.licence ?? t("rule.no_licence")}</bdi>
        </dd>
      </div>
    </dl>
  );
}

type Asked = "retro-hunt" | "back-test" | "remove";

function MoreMenu({ detail, onAsk }: { detail: RuleDetail; onAsk: (what: Asked) => void }) {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { rule } = detail;
  return (
    <Menu align="end" trigger={<IconButton icon="menu" label={t("rule.more")} data-testid="rule-more" />}>
      {may("rules.write") && (
        <MenuItem icon="copy" onSelect={() => void navigate({ to: "/rules/new", search: { from: rule.id } })}>
          {t("rule.copy_as_own")}
        </MenuItem>
      )}
      <MenuItem icon="download" onSelect={() => download(address("/rules/export", { ids: rule.id }))}>
        {t("rule.export")}
      </MenuItem>
      {may("rules.write") && detail.editable && (
        <>
          <MenuLine />
          <MenuItem icon="close" onSelect={() => onAsk("remove")} testId="rule-remove">
            {t("rule.remove")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function Actions({ detail, change }: { detail: RuleDetail; change: Change }) {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked>();
  const { rule } = detail;
  const close = () => setAsked(undefined);
  const searchable = may("events.read") && may("rules.write") && rule.kind !== "filter";
  return (
    <div className="row wrap actions">
      {may("rules.write") && <RuleSwitch primary enabled={rule.enabled} change={change} />}
      {may("rules.write") && detail.editable && (
        <Button
          icon="note"
          hotkey="i"
          onClick={() => void navigate({ to: "/rules/$id/edit", params: { id: rule.id } })}
          data-testid="rule-edit"
        >
          {t("rule.edit")}
        </Button>
      )}
      {searchable && (
        <>
          <Button icon="hunt" onClick={() => setAsked("retro-hunt")} data-testid="rule-retro">
            {t("retro.kind.retro-hunt")}
          </Button>
          <Button icon="chart" onClick={() => setAsked("back-test")} data-testid="rule-back-test">
            {t("retro.kind.back-test")}
          </Button>
        </>
      )}
      <MoreMenu detail={detail} onAsk={setAsked} />
      {asked === "remove" && <RemoveRuleDialog rule={rule} onClose={close} />}
      {(asked === "retro-hunt" || asked === "back-test") && (
        <LaunchDialog kind={asked} ruleId={rule.id} onClose={close} />
      )}
    </div>
  );
}

export function RuleHead({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const language = useLanguage();
  const change = useRuleChange(detail.rule.id);
  const { rule, problems } = detail;
  return (
    <header className="rule-head">
      <div className="row wrap">
        {rule.kind !== "filter" && <LevelChoice detail={detail} change={change} />}
        <span className={rule.enabled ? "tag holds" : "tag"} data-testid="rule-state">
          {t(rule.enabled ? "rule.on" : "rule.off")}
        </span>
        <span className="tag">{t(`rule.kind.${rule.kind}`)}</span>
      </div>
      <h1>
        <SafeText text={ruleTitle(rule, language)} />
      </h1>
      {language === "vi" && rule.titleVi !== null && (
        <p className="quiet">
          <SafeText text={rule.title} />
        </p>
      )}
      {rule.enabled && !rule.runs && (
        <div className="notice bad" data-testid="rule-problems">
          <div>
            <strong>{t("rule.does_not_run")}</strong>
            <ul className="bullets">
              {problems.map((problem) => (
                <li key={`${problem.line}-${problem.code}-${problem.message}`}>
                  <SafeText text={problem.message} /> <code className="quiet">{problem.code}</code>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <Facts detail={detail} />
      <TechniqueTags techniques={rule.techniques} />
      <Actions detail={detail} change={change} />
    </header>
  );
}
