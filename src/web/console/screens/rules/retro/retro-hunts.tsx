import "../rules.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { Button, IconButton } from "../../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../../kit/data-grid.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../../kit/severity.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Split } from "../../../../kit/split.tsx";
import { When } from "../../../../kit/when.tsx";
import type { RetroHunt } from "../../../api/rule-types.ts";
import { useMay } from "../../../api/session.ts";
import { FaultView } from "../../../fault-view.tsx";
import { RULE_TABS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { usePanelCursor } from "../../../panel-cursor.ts";
import { RetroMatches } from "./retro-matches.tsx";
import { RetroState, RetroView, VolumeVerdict } from "./retro-view.tsx";
import { TurnOn } from "./turn-on.tsx";
import { isUnderWay, useRemoveHunt, useRetroHunt, useRetroHunts } from "./use-retro.ts";

const BESIDE_PANEL = new Set(["state", "rule", "matches"]);
const keyOf = (hunt: RetroHunt) => hunt.id;

function useHuntColumns(): Column<RetroHunt>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      { id: "state", header: t("rule.state"), width: "124px", render: (hunt) => <RetroState hunt={hunt} /> },
      {
        id: "rule",
        header: t("rule.title"),
        width: "minmax(200px, 3fr)",
        render: (hunt) => (
          <span title={hunt.rule.title}>
            <SafeText text={hunt.rule.title} />
          </span>
        ),
      },
      { id: "kind", header: t("retro.kind"), width: "130px", render: (hunt) => t(`retro.kind.${hunt.kind}`) },
      {
        id: "span",
        header: t("retro.span"),
        width: "minmax(170px, 1fr)",
        render: (hunt) => `${format.date(new Date(hunt.from))} – ${format.date(new Date(hunt.to))}`,
      },
      {
        id: "progress",
        header: t("retro.progress"),
        width: "110px",
        render: (hunt) => (
          <progress
            className={`retro-bar ${hunt.state}`}
            max={1}
            value={hunt.progress.ratio}
            aria-label={format.percent(hunt.progress.ratio)}
          />
        ),
      },
      {
        id: "matches",
        header: t("retro.matches"),
        width: "76px",
        numeric: true,
        render: (hunt) => format.number(hunt.matches),
      },
      {
        id: "started",
        header: t("retro.created"),
        width: "104px",
        render: (hunt) => <When at={hunt.createdAt} />,
      },
      { id: "by", header: t("retro.by"), width: "minmax(100px, 1fr)", render: (hunt) => <bdi>{hunt.by}</bdi> },
    ],
    [t, format],
  );
}

function NarrowHunt({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      <div>
        <RetroState hunt={hunt} />
        <span className="truncate grow">
          <SafeText text={hunt.rule.title} />
        </span>
      </div>
      <div className="small quiet">
        <span className="grow">{t(`retro.kind.${hunt.kind}`)}</span>
        <span>{t("retro.matches_n", { n: hunt.matches })}</span>
        <span className="num">{format.percent(hunt.progress.ratio)}</span>
      </div>
    </>
  );
}

function HuntPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const hunt = useRetroHunt(id);
  const remove = useRemoveHunt(onClose);
  if (hunt.data === undefined) {
    return (
      <section className="panel" aria-label={t("retro.panel")}>
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        {hunt.isPending ? <Skeleton /> : <FaultView error={hunt.error} onRetry={() => void hunt.refetch()} />}
      </section>
    );
  }
  const { rule, kind, from, to, query, storeQuery, by } = hunt.data;
  const underWay = isUnderWay(hunt.data);
  return (
    <section className="panel" aria-label={t("retro.panel")} data-testid="retro-panel">
      <header className="panel-head">
        <div className="row">
          <SeverityMark level={rule.level} />
          <span className="tag">{t(`retro.kind.${kind}`)}</span>
          <RetroState hunt={hunt.data} />
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>
          <Link to="/rules/$id" params={{ id: rule.id }} search={{}}>
            <SafeText text={rule.title} />
          </Link>
        </h2>
        <p className="quiet small">
          {format.brief(new Date(from))} – {format.brief(new Date(to))} · <bdi>{by}</bdi>
        </p>
      </header>
      <div className="row wrap actions">
        {may("rules.write") && (
          <Button
            icon={underWay ? "stop" : "close"}
            disabled={remove.isPending}
            onClick={() => remove.mutate(hunt.data)}
            data-testid="retro-remove"
          >
            {t(underWay ? "retro.cancel" : "retro.remove")}
          </Button>
        )}
        {kind === "back-test" && hunt.data.state === "done" && <TurnOn ruleId={rule.id} />}
      </div>
      <div className="tab-body stack">
        {kind === "back-test" && <VolumeVerdict hunt={hunt.data} />}
        <RetroView hunt={hunt.data} />
        <RetroMatches hunt={hunt.data} />
        {(storeQuery !== null || query !== null) && (
          <section>
            <h3 className="section-head">{t("retro.asked")}</h3>
            <p>
              <RawText text={[storeQuery, query].filter((part) => part !== null).join("\n")} block />
            </p>
          </section>
        )}
      </div>
    </section>
  );
}

/** Searches through what is stored already: what a rule would have found, before or after it is turned on. */
export function RetroHunts() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/rules/retro-hunts" });
  const hunts = useRetroHunts();
  const rows = hunts.data?.items ?? [];
  const columns = useHuntColumns();
  const noFilter = useRef<HTMLInputElement>(null);
  const open = (hunt: string | undefined, replace: boolean) =>
    void navigate({ to: "/rules/retro-hunts", search: { hunt }, replace });
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: search.hunt, open, filterInput: noFilter });
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <h1 className="visually-hidden">{t("place.retro_hunts")}</h1>
      <Split
        name="retro-hunts"
        list={
          <div className="grid" data-testid="retro-list">
            {hunts.isError && <FaultView error={hunts.error} onRetry={() => void hunts.refetch()} />}
            {hunts.isPending && <Skeleton lines={10} />}
            {hunts.isSuccess && rows.length === 0 && (
              <Empty
                title={t("retro.none.title")}
                action={
                  <Button onClick={() => void navigate({ to: "/rules", search: {} })}>{t("retro.none.do")}</Button>
                }
              >
                {t("retro.none.body")}
              </Empty>
            )}
            {rows.length > 0 && (
              <DataGrid
                label={t("place.retro_hunts")}
                columns={search.hunt === undefined ? columns : columns.filter((each) => BESIDE_PANEL.has(each.id))}
                rows={rows}
                rowKey={keyOf}
                rowTestId="retro-row"
                current={cursor.current}
                onCurrent={cursor.move}
                onOpen={(id) => open(id, search.hunt !== undefined)}
                narrow={(hunt) => <NarrowHunt hunt={hunt} />}
              />
            )}
          </div>
        }
        panel={
          search.hunt === undefined ? undefined : (
            <HuntPanel key={search.hunt} id={search.hunt} onClose={cursor.close} />
          )
        }
      />
    </>
  );
}
