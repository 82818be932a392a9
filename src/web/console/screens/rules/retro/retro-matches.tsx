import { useCallback, useMemo, useState } from "react";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Button, IconButton } from "../../../../kit/button.tsx";
import { Menu, MenuItem } from "../../../../kit/menu.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../../kit/table.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import type { RetroHunt, RetroMatch } from "../../../api/rule-types.ts";
import { FaultView, faultText } from "../../../fault-view.tsx";
import { EventDialog } from "../../../events/event-dialog.tsx";
import { GroupValues } from "../editor/verdicts.tsx";
import { exportMatches } from "./match-export.ts";
import { useRetroMatches } from "./use-retro.ts";

const SHOWN_CHARACTERS = 200;
function summaryOf(match: RetroMatch): string {
  const route = match.srcIp !== null && match.dstIp !== null ? `${match.srcIp} → ${match.dstIp}` : null;
  return match.commandLine ?? match.process ?? route ?? match.srcIp ?? match.dstIp ?? match.sensor;
}

function ExportMenu({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const toast = useToast();
  const save = (format: "csv" | "ndjson") => () =>
    void exportMatches(hunt, format).catch((error: unknown) => toast.show({ text: faultText(error, t), tone: "bad" }));
  return (
    <Menu align="end" trigger={<IconButton icon="download" label={t("export.title")} data-testid="retro-export" />}>
      <MenuItem onSelect={save("csv")}>{t("export.csv")}</MenuItem>
      <MenuItem onSelect={save("ndjson")}>{t("export.ndjson")}</MenuItem>
    </Menu>
  );
}

function useMatchColumns(isCorrelation: boolean, open: (eventId: string) => void): TableColumn<RetroMatch>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "time",
        header: t("hunt.time"),
        width: "174px",
        render: (match) => (
          <button type="button" className="text-button match-time" onClick={() => open(match.eventId)}>
            {format.exact(new Date(match.time))}
          </button>
        ),
      },
      {
        id: "host",
        header: t("hunt.host"),
        width: "24%",
        render: (match) => (match.host === null ? <span className="quiet">—</span> : <RawText text={match.host} />),
      },
      isCorrelation
        ? {
            id: "group",
            header: t("correlation.group"),
            render: (match: RetroMatch) => (
              <>
                <GroupValues group={match.group} />
                <span className="quiet small">{t("correlation.events", { n: match.events })}</span>
              </>
            ),
          }
        : {
            id: "what",
            header: t("context.what"),
            render: (match: RetroMatch) => <RawText text={summaryOf(match).slice(0, SHOWN_CHARACTERS)} />,
          },
    ],
    [t, format, isCorrelation, open],
  );
}

/** What was found, in the order of time; a row opens its event. */
export function RetroMatches({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  const [opened, setOpened] = useState<string>();
  const open = useCallback((eventId: string) => setOpened(eventId), []);
  const columns = useMatchColumns(hunt.rule.kind === "correlation", open);
  const pages = useRetroMatches(hunt.id, hunt.matches > 0);
  const matches = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  if (hunt.matches === 0) return null;
  return (
    <section>
      <div className="row section-head">
        <h3 className="grow">{t("retro.matches")}</h3>
        <ExportMenu hunt={hunt} />
      </div>
      {hunt.kept < hunt.matches && (
        <p className="quiet small">
          {t("retro.kept", { n: format.number(hunt.kept), of: format.number(hunt.matches) })}
        </p>
      )}
      {pages.isPending && <Skeleton />}
      {pages.isError && <FaultView error={pages.error} onRetry={() => void pages.refetch()} />}
      {matches.length > 0 && (
        <Table
          label={t("retro.matches")}
          columns={columns}
          rows={matches}
          rowKey={(match) => match.findingId}
          testId="retro-matches"
          rowTestId="retro-match"
          className="retro-matches"
        />
      )}
      {pages.hasNextPage && (
        <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("action.more")}
        </Button>
      )}
      {opened !== undefined && <EventDialog eventId={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}
