import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { Alert, AlertAction, AlertDetail, Finding, FindingPage } from "../../api/types.ts";
import { StoredEventView } from "../../events/stored-event.tsx";
import { FaultView } from "../../fault-view.tsx";
import { Value } from "../../values/value-menu.tsx";
import { ActionButtons } from "./action-bar.tsx";
import type { AskKind } from "./action-props.ts";
import { entityKindText, ruleTitle, seenBeforeText, statusText } from "./columns.tsx";
import { useAlertNews } from "../../live/live.tsx";
import { useLookingAt, useOthers } from "../../presence/presence.ts";
import { huntOfRule } from "../saved-hunts/search.ts";
import { alertDetailKey, useAlertDetail } from "./detail.ts";
import { Due } from "./due.tsx";
import { AlertCases } from "../cases/alert-cases.tsx";
import { PanelContext } from "./panel-context.tsx";
import { PanelDuplicates } from "./panel-duplicates.tsx";
import { PanelHistory } from "./panel-history.tsx";
import { PanelRule } from "./panel-rule.tsx";
import { isSensorAlert, HouseWhy } from "./panel-sensor.tsx";
import { PanelMarks } from "./panel-marks.tsx";
import { PanelUrgency } from "./panel-urgency.tsx";
import { PanelWhy } from "./panel-why.tsx";
import type { AlertSearch } from "./search.ts";

/** Drawn only when somebody asks. */
const PanelRelated = lazy(async () => ({ default: (await import("./panel-related.tsx")).PanelRelated }));

const TABS = ["why", "event", "context", "related", "history"] as const;
type Tab = (typeof TABS)[number];
const FINDINGS_PAGE = 100;

interface PanelProps {
  readonly id: string;
  readonly search: AlertSearch;
  readonly onChange: (part: AlertSearch) => void;
  readonly onClose: () => void;
  readonly onAction: (action: AlertAction, alert: Alert) => void;
  readonly onAsk: (kind: AskKind, alert: Alert) => void;
  readonly onExcept: (alert: Alert) => void;
}

export function AlertPanel(props: PanelProps) {
  const t = useText();
  const { id, onClose } = props;
  const detail = useAlertDetail(id);
  const client = useQueryClient();
  // What a colleague does stands in the panel without asking.
  useAlertNews((news) => {
    if (news.ids.includes(id)) void client.invalidateQueries({ queryKey: alertDetailKey(id) });
  });
  return (
    <section className="panel" aria-label={t("panel.label")} data-testid="alert-panel" data-pivot-first="">
      {detail.isPending && <Skeleton />}
      {detail.isError && (
        <>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
          <FaultView error={detail.error} onRetry={() => void detail.refetch()} />
        </>
      )}
      {detail.isSuccess && <PanelContent {...props} detail={detail.data} />}
    </section>
  );
}

function PanelFacts({ alert }: { alert: Alert }) {
  const t = useText();
  const format = useFormat();
  const latest = alert.seenBefore.toSorted((a, b) => Date.parse(b.lastAt) - Date.parse(a.lastAt))[0];
  return (
    <dl className="facts">
      <div>
        <dt>{t("alert.urgency")}</dt>
        <dd>
          <PanelUrgency alert={alert} />
        </dd>
      </div>
      <div>
        <dt>{t("alert.count")}</dt>
        <dd>{format.number(alert.count)}</dd>
      </div>
      <div>
        <dt>{t("alert.first_seen")}</dt>
        <dd>
          <When at={alert.firstSeen} as="exact" />
        </dd>
      </div>
      <div>
        <dt>{t("alert.last_seen")}</dt>
        <dd>
          <When at={alert.lastSeen} as="both" />
        </dd>
      </div>
      {(alert.due !== null || alert.snoozedUntil !== null) && (
        <div>
          <dt>{t("alert.due")}</dt>
          <dd>
            <Due alert={alert} />
          </dd>
        </div>
      )}
      {latest !== undefined && (
        <div data-testid="seen-before">
          <dt>{t("alert.seen_before")}</dt>
          <dd>
            <SafeText text={seenBeforeText(alert.seenBefore, t)} />{" "}
            <span className="quiet">
              (<When at={latest.lastAt} />)
            </span>
          </dd>
        </div>
      )}
    </dl>
  );
}

interface HeadProps {
  readonly alert: Alert;
  readonly onClose: () => void;
  readonly onAsk: (kind: AskKind) => void;
}

function PanelHead({ alert, onClose, onAsk }: HeadProps) {
  const t = useText();
  const language = useLanguage();
  const others = useOthers().get(`alert:${alert.id}`);
  return (
    <header className="panel-head">
      <div className="row">
        <SeverityMark level={alert.rule.level} />
        <span className="tag">{statusText(alert, t)}</span>
        {alert.assignee !== null && (
          <span className="quiet truncate">
            <bdi>{alert.assignee.name}</bdi>
          </span>
        )}
        {alert.exerciseId !== null && <span className="tag exercise">{t("exercise.mark")}</span>}
        <span className="grow" />
        {others !== undefined && (
          <span className="presence truncate" role="status" data-testid="presence">
            <bdi>{t("presence.looking", { names: others.join(", ") })}</bdi>
          </span>
        )}
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
      </div>
      <h2>
        <SafeText text={ruleTitle(alert.rule, language)} />
      </h2>
      <p className="panel-entity">
        <span className="quiet">{entityKindText(alert.entity.kind, t)}</span>{" "}
        <Value field={alert.entity.kind} value={alert.entity.value} />
        {alert.also.map(({ kind, value }) => (
          <span key={kind}>
            {" · "}
            <span className="quiet">{entityKindText(kind, t)}</span> <Value field={kind} value={value} />
          </span>
        ))}
      </p>
      <PanelMarks alert={alert} />
      <PanelDuplicates alert={alert} onAsk={onAsk} />
      <PanelFacts alert={alert} />
      {!isSensorAlert(alert) && <PanelRule alert={alert} />}
      <AlertCases alert={alert.id} />
    </header>
  );
}

interface PickerProps {
  readonly at: number;
  readonly loaded: number;
  readonly count: number;
  readonly finding: Finding | undefined;
  readonly onStep: (by: 1 | -1) => void;
}

function FindingPicker({ at, loaded, count, finding, onStep }: PickerProps) {
  const t = useText();
  return (
    <div className="finding-picker" data-testid="finding-picker">
      <IconButton icon="left" label={t("finding.previous")} disabled={at <= 0} onClick={() => onStep(-1)} />
      <span>{t("finding.position", { n: at + 1, of: count })}</span>
      <IconButton icon="right" label={t("finding.next")} disabled={at >= loaded - 1} onClick={() => onStep(1)} />
      {finding !== undefined && (
        <span className="quiet truncate">
          <When at={finding.time} as="exact" />
          {finding.host !== null && (
            <>
              {" · "}
              <RawText text={finding.host} />
            </>
          )}
        </span>
      )}
    </div>
  );
}

/** When a person who may act on it first looked at an alert is a fact of its history. */
function useFirstView(id: string, mayAct: boolean) {
  useEffect(() => {
    if (mayAct) api.post(`/alerts/${encodeURIComponent(id)}/viewed`, undefined).catch(() => undefined);
  }, [id, mayAct]);
}

/** The matches behind the alert and which of them is shown. */
function useFindings(id: string, wanted: string | undefined, onStep: (finding: string) => void) {
  const pages = useInfiniteQuery({
    queryKey: ["findings", id],
    queryFn: ({ pageParam, signal }) =>
      api.get<FindingPage>(
        `/alerts/${encodeURIComponent(id)}/findings`,
        { cursor: pageParam, limit: FINDINGS_PAGE },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const findings = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const at = Math.max(
    0,
    findings.findIndex((finding) => finding.id === wanted),
  );
  const finding = findings[at];
  const step = (by: 1 | -1) => {
    if (at + by >= findings.length - 2 && pages.hasNextPage) void pages.fetchNextPage();
    const next = findings[at + by];
    if (next !== undefined) onStep(next.id);
  };
  return { pages, findings, at, finding, step };
}

function PanelContent({
  id,
  search,
  onChange,
  onClose,
  onAction,
  onAsk,
  onExcept,
  detail,
}: PanelProps & { detail: AlertDetail }) {
  const t = useText();
  const may = useMay();
  const { alert, transitions } = detail;
  const tab = TABS.find((each) => each === search.tab) ?? "why";
  const isHunt = huntOfRule(alert.rule.id) !== undefined;
  useFirstView(id, may("alerts.write"));
  useLookingAt(`alert:${id}`);
  const { pages, findings, at, finding, step } = useFindings(id, search.finding, (next) => onChange({ finding: next }));
  return (
    <>
      <PanelHead alert={alert} onClose={onClose} onAsk={(kind) => onAsk(kind, alert)} />
      {may("alerts.write") && (
        <ActionButtons
          alerts={[alert]}
          onAction={(action) => onAction(action, alert)}
          onAsk={(kind) => onAsk(kind, alert)}
          {...(may("rules.write") && !isHunt && !isSensorAlert(alert) ? { onExcept: () => onExcept(alert) } : {})}
        />
      )}
      <Tabs<Tab>
        label={t("panel.tabs")}
        value={tab}
        onChange={(next) => onChange({ tab: next === "why" ? undefined : next })}
        tabs={TABS.map((each) => ({
          value: each,
          label:
            each === "history" && alert.noteCount > 0
              ? t("panel.tab.history_notes", { n: alert.noteCount })
              : t(`panel.tab.${each}`),
        }))}
      >
        {tab !== "history" && tab !== "related" && (
          <FindingPicker at={at} loaded={findings.length} count={alert.count} finding={finding} onStep={step} />
        )}
        {pages.isError && <FaultView error={pages.error} onRetry={() => void pages.refetch()} />}
        {tab === "why" && finding !== undefined && isSensorAlert(alert) && <HouseWhy finding={finding} />}
        {tab === "why" && finding !== undefined && !isSensorAlert(alert) && <PanelWhy finding={finding} />}
        {tab === "event" && finding !== undefined && <StoredEventView eventId={finding.eventId} />}
        {tab === "context" && finding !== undefined && <PanelContext eventId={finding.eventId} />}
        {tab === "related" && (
          <Suspense fallback={<Skeleton />}>
            <PanelRelated alert={alert} window={search.window} onWindow={(window) => onChange({ window })} />
          </Suspense>
        )}
        {tab === "history" && <PanelHistory transitions={transitions} />}
      </Tabs>
      <footer className="panel-foot quiet small">
        {isSensorAlert(alert)
          ? t("sensor.alert.no_rule")
          : isHunt
            ? t("panel.hunt.owner", { name: alert.rule.author ?? t("rule.no_author") })
            : t("rule.credit", {
                author: alert.rule.author ?? t("rule.no_author"),
                licence: alert.rule.licence ?? t("rule.no_licence"),
              })}
        <Button kind="plain" className="small" onClick={() => onChange({ rule: alert.rule.id, status: "all" })}>
          {t(isHunt ? "panel.same_hunt" : "panel.same_rule")}
        </Button>
      </footer>
    </>
  );
}
