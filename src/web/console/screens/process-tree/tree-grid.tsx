import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../../../kit/icon.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import type { AlertedEvent, ProcessNode } from "../../api/investigation-types.ts";
import { ruleTitle } from "../alerts/columns.tsx";
import { type ProcessRow, programName, type TreeRow, treeRows } from "./rows.ts";
import { treeMove } from "./treegrid-keys.ts";

const SHOWN_CHARACTERS = 400;

export type Marks = ReadonlyMap<string, AlertedEvent>;

function Lines({ row }: { row: TreeRow }) {
  return (
    <span className="tree-lines" aria-hidden="true">
      {row.lines.slice(1).map((goesOn, at) => (
        <i key={at} className={goesOn ? "line" : ""} />
      ))}
      {row.level > 1 && <i className={row.isLast ? "last" : "branch"} />}
    </span>
  );
}

function Mark({ mark }: { mark: AlertedEvent | undefined }) {
  const t = useText();
  const language = useLanguage();
  if (mark === undefined) return null;
  const title = ruleTitle(mark.rule, language);
  return (
    <span className="tree-mark" title={title} data-testid="tree-mark">
      <SeverityMark level={mark.rule.level} />
      <span className="visually-hidden">{t("tree.marked", { title })}</span>
      {mark.alerts > 1 && <span className="quiet">×{mark.alerts}</span>}
    </span>
  );
}

function useLasted(): (node: ProcessNode) => string {
  const t = useText();
  const format = useFormat();
  return ({ startedAt, endedAt }) => {
    if (endedAt === null) return "—";
    const ms = Date.parse(endedAt) - Date.parse(startedAt);
    return ms < 1_000 ? t("tree.under_second") : format.duration(ms / 1_000);
  };
}

function ProcessCells({
  row,
  mark,
  onToggle,
}: {
  row: ProcessRow;
  mark: AlertedEvent | undefined;
  onToggle: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const lasted = useLasted();
  const { node } = row;
  const command = node.commandLine ?? node.image ?? "";
  return (
    <>
      <span role="gridcell" className="tree-name">
        <Lines row={row} />
        {row.children > 0 ? (
          // The keys of the row do the same; a pointer needs something to hit
          <span
            className="tree-twist"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <Icon name={row.expanded ? "down" : "right"} />
          </span>
        ) : (
          <span className="tree-twist" />
        )}
        <span className="truncate">
          <RawText text={programName(node.image) || t("tree.unnamed")} />
        </span>
        <span className="quiet small num">{node.pid}</span>
        {!row.expanded && row.descendants > 0 && (
          <span className="tag">{t("tree.folded", { n: format.number(row.descendants) })}</span>
        )}
        <Mark mark={mark} />
      </span>
      <span role="gridcell" className="truncate tree-command" title={command.slice(0, SHOWN_CHARACTERS)}>
        <RawText text={command.slice(0, SHOWN_CHARACTERS)} />
      </span>
      <span role="gridcell" className="truncate tree-user">
        {node.user === null ? <span className="quiet">—</span> : <RawText text={node.user} />}
      </span>
      <span role="gridcell" className="tree-time">
        <time dateTime={node.startedAt} title={node.startedAt}>
          {format.exact(new Date(node.startedAt))}
        </time>
      </span>
      <span
        role="gridcell"
        className="num tree-lasted"
        title={node.endedAt === null ? t("tree.no_end") : format.exact(new Date(node.endedAt))}
      >
        {lasted(node)}
      </span>
    </>
  );
}

interface TreeGridProps {
  readonly processes: readonly ProcessNode[];
  readonly root: string | null;
  readonly marks: Marks;
  readonly opened: string | undefined;
  readonly onOpen: (eventId: string, replace: boolean) => void;
}

function without(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  return new Set([...set].filter((each) => each !== member));
}

export function TreeGrid({ processes, root, marks, opened, onOpen }: TreeGridProps) {
  const t = useText();
  const format = useFormat();
  const grid = useRef<HTMLDivElement>(null);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const kept = useMemo(
    () => new Set([...marks.keys(), ...[root, opened].filter((one) => one !== null && one !== undefined)]),
    [marks, root, opened],
  );
  const rows = useMemo(
    () => treeRows(processes, { collapsed, unfolded, kept }),
    [processes, collapsed, unfolded, kept],
  );
  const [cursor, setCursor] = useState<string>();
  const wanted = cursor ?? opened ?? root;
  const current = Math.max(
    0,
    rows.findIndex(({ key }) => key === wanted),
  );
  const focus = (key: string) => {
    setCursor(key);
    requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus());
  };
  const toggle = (row: ProcessRow) =>
    setCollapsed(row.expanded ? new Set([...collapsed, row.key]) : without(collapsed, row.key));
  const open = (row: TreeRow) => {
    setCursor(row.key);
    if (row.kind === "more") setUnfolded(new Set([...unfolded, row.parent]));
    else onOpen(row.key, opened !== undefined);
  };
  const press = (key: string): boolean => {
    const move = treeMove(rows, current, key);
    if (move === undefined) return false;
    if ("to" in move) {
      focus(move.to);
      if (opened !== undefined && !move.to.startsWith("more:")) onOpen(move.to, true);
    } else if ("collapse" in move) setCollapsed(new Set([...collapsed, move.collapse]));
    else if ("expand" in move) setCollapsed(without(collapsed, move.expand));
    else {
      const row = rows[current];
      if (row !== undefined) open(row);
    }
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "j" || event.key === "k") return;
    if (press(event.key)) event.preventDefault();
  };
  useKeys({ next: () => void press("j"), previous: () => void press("k"), open: () => void press("Enter") });
  const first = useRef(root ?? opened ?? "");
  useEffect(() => {
    grid.current?.querySelector(`[data-row="${CSS.escape(first.current)}"]`)?.scrollIntoView({ block: "center" });
  }, []);
  const columns = ["process", "command", "user", "start", "lasted"] as const;
  return (
    <div className="tree-scroll">
      <div className="tree" role="treegrid" aria-label={t("tree.title")} ref={grid} data-testid="process-tree">
        <div className="tree-head" role="row">
          {columns.map((column) => (
            <span key={column} role="columnheader" className={`tree-${column}`}>
              {t(`tree.column.${column}`)}
            </span>
          ))}
        </div>
        {rows.map((row, at) => (
          <div
            key={row.key}
            role="row"
            className={["tree-row", row.key === root ? "asked" : "", row.key === opened ? "current" : ""].join(" ")}
            aria-level={row.level}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            {...(row.kind === "process" && row.children > 0 ? { "aria-expanded": row.expanded } : {})}
            aria-selected={row.key === opened}
            tabIndex={at === current ? 0 : -1}
            data-row={row.key}
            data-testid={row.kind === "process" ? "tree-row" : "tree-more"}
            onClick={() => open(row)}
            onKeyDown={onKeyDown}
            onFocus={() => setCursor(row.key)}
          >
            {row.kind === "process" ? (
              <ProcessCells row={row} mark={marks.get(row.key)} onToggle={() => toggle(row)} />
            ) : (
              <span role="gridcell" className="tree-name tree-hidden">
                <Lines row={row} />
                <span className="tree-twist" />
                {t("tree.more", { n: format.number(row.hidden) })}
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
