import "./hunt.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { useMay } from "../../api/session.ts";
import { HUNT_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { AddToNotebook } from "../notebooks/add-to-notebook.tsx";
import { useMayChange, useSavedHunt } from "../saved-hunts/use-saved.ts";
import { useHuntColumns } from "./columns-choice.ts";
import { HuntExport } from "./export-menu.tsx";
import { FieldsSidebar } from "./fields-sidebar.tsx";
import { Histogram } from "./histogram.tsx";
import { HuntBody } from "./hunt-body.tsx";
import { LiveView } from "./live-view.tsx";
import { QueryBox } from "./query-box.tsx";
import { RangePicker } from "./range-picker.tsx";
import { type HuntRun, useHuntRun } from "./run.ts";
import { SaveDialog } from "./save-dialog.tsx";
import { canFollow, DEFAULT_RANGE, type HuntSearch } from "./search.ts";
import { ShareMenu, useFollowedLink } from "./share-menu.tsx";
import { SyntaxHelp } from "./syntax-help.tsx";

interface BarProps {
  readonly run: HuntRun;
  readonly search: HuntSearch;
  readonly columns: readonly string[];
  readonly onChange: (part: HuntSearch) => void;
  readonly onSave: () => void;
  readonly onHelp: () => void;
}

/** What the run read, so that a question that costs much is seen to. */
function Took({ run, search }: Pick<BarProps, "run" | "search">) {
  const t = useText();
  const format = useFormat();
  const last = run.main === run.answer ? run.answer.data : run.rows.data?.pages.at(-1);
  if (last === undefined || search.group !== undefined) return null;
  return t("hunt.read", {
    ms: format.number(last.tookMs),
    n: format.number(last.scanned),
    parts: last.segments,
  });
}

function OpenedHunt({ id }: { id: string }) {
  const t = useText();
  const hunt = useSavedHunt(id);
  if (hunt.data === undefined) return null;
  return (
    <Link to="/hunt/saved" search={{ hunt: id }} className="tag" title={t("saved.opened")} data-testid="opened-hunt">
      <SafeText text={hunt.data.name} />
    </Link>
  );
}

function HuntBar({ run, search, columns, onChange, onSave, onHelp }: BarProps) {
  const t = useText();
  const may = useMay();
  const isLive = search.live !== undefined;
  const query = search.q ?? "";
  return (
    <div className="row wrap hunt-bar">
      {!isLive && (
        <>
          <RangePicker search={search} span={run.span} onChange={onChange} />
          <Segmented
            label={t("hunt.order")}
            value={search.order === "oldest" ? "oldest" : "newest"}
            options={(["newest", "oldest"] as const).map((value) => ({ value, label: t(`hunt.order.${value}`) }))}
            onChange={(order) => onChange({ order: order === "newest" ? undefined : order })}
          />
          <Button
            icon="live"
            hotkey="l"
            disabled={!canFollow(query)}
            title={canFollow(query) ? t("hunt.live.hint") : t("hunt.live.commands")}
            onClick={() => onChange({ live: "1", group: undefined })}
            data-testid="live-start"
          >
            {t("hunt.live")}
          </Button>
        </>
      )}
      {search.hunt !== undefined && <OpenedHunt id={search.hunt} />}
      {isLive ? (
        <span className="grow" />
      ) : (
        <span className="quiet small grow num">
          <Took run={run} search={search} />
        </span>
      )}
      <Button
        kind="plain"
        className="icon-only"
        title={t("hunt.help")}
        aria-label={t("hunt.help")}
        onClick={onHelp}
        data-testid="hunt-help"
      >
        ?
      </Button>
      {may("hunts.write") && (
        <IconButton icon="bookmark" label={t("saved.save")} onClick={onSave} data-testid="hunt-save" />
      )}
      <AddToNotebook
        query={query}
        range={run.span}
        relative={search.from === undefined ? (search.range ?? DEFAULT_RANGE) : undefined}
      />
      <ShareMenu run={run} columns={columns} />
      {!isLive && <HuntExport run={run} />}
    </div>
  );
}

interface DialogsProps {
  readonly open: "save" | "help" | undefined;
  readonly search: HuntSearch;
  readonly columns: readonly string[];
  readonly onRun: (query: string) => void;
  readonly onClose: () => void;
}

function HuntDialogs({ open, search, columns, onRun, onClose }: DialogsProps) {
  const opened = useSavedHunt(search.hunt).data;
  const mayChange = useMayChange();
  if (open === "help") return <SyntaxHelp onRun={onRun} onClose={onClose} />;
  if (open === undefined) return null;
  return (
    <SaveDialog
      draft={{ query: search.q ?? "", span: search.range ?? DEFAULT_RANGE, columns }}
      existing={opened !== undefined && mayChange(opened) ? opened : undefined}
      onClose={onClose}
    />
  );
}

/** Where a question begins: written, or followed from a link. */
export function Hunt() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const search = useSearch({ from: "/hunt" });
  const run = useHuntRun(search);
  const input = useRef<HTMLTextAreaElement>(null);
  const [open, setOpen] = useState<"save" | "help">();
  // Another range is asked from another moment than the one a link had fixed
  const change = (part: HuntSearch) =>
    void navigate({
      to: "/hunt",
      search: (now) => ({ ...now, ...("range" in part ? { at: undefined } : {}), ...part }),
    });
  const { columns, toggle } = useHuntColumns(search, change);
  const isLive = search.live !== undefined;
  useFollowedLink(search.link);
  const start = (q: string) => {
    setOpen(undefined);
    if (q === (search.q ?? "")) run.again();
    else change({ q: q === "" ? undefined : q, ...(canFollow(q) ? {} : { live: undefined }) });
  };
  useKeys({
    run: () => start(input.current?.value ?? ""),
    filter: () => input.current?.focus(),
    ...(may("hunts.write") ? { save: () => setOpen("save") } : {}),
    ...(isLive || !canFollow(search.q ?? "") ? {} : { live: () => change({ live: "1", group: undefined }) }),
  });
  const brush = (from: number, to: number) =>
    change({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), range: undefined });
  return (
    <>
      <PageTabs tabs={HUNT_TABS} label={t("place.hunt")} />
      <div className="hunt">
        <h1 className="visually-hidden">{t("place.hunt")}</h1>
        <div className="hunt-head">
          <QueryBox
            value={search.q ?? ""}
            span={run.span}
            error={run.main.error}
            running={run.isRunning}
            onRun={start}
            onCancel={run.cancel}
            inputRef={input}
          />
          <HuntBar
            run={run}
            search={search}
            columns={columns}
            onChange={change}
            onSave={() => setOpen("save")}
            onHelp={() => setOpen("help")}
          />
        </div>
        {isLive ? (
          <LiveView query={search.q ?? ""} columns={columns} onStop={() => change({ live: undefined })} />
        ) : (
          <>
            <Histogram run={run} onBrush={brush} />
            <div className="hunt-body">
              <FieldsSidebar
                summary={run.fields.data}
                columns={columns}
                onColumn={toggle}
                onGroup={(group) => change({ group })}
              />
              <div className={run.rows.isRefetching ? "grid stale" : "grid"}>
                <HuntBody run={run} search={search} columns={columns} onChange={change} />
              </div>
            </div>
          </>
        )}
      </div>
      <HuntDialogs open={open} search={search} columns={columns} onRun={start} onClose={() => setOpen(undefined)} />
    </>
  );
}
