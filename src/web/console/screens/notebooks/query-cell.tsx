import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { type Format, useFormat } from "../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { PipelineResponse } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { isMoment, relativeOf } from "./ranges.ts";
import { ResultTable, rowsOf } from "./result-table.tsx";

export interface CellQuery {
  readonly query: string;
  readonly from: string;
  readonly to: string;
}

const LIVE_ROWS = 50;

export function rangeText(cell: CellQuery, t: Text, format: Format): string {
  const relative = relativeOf(cell);
  if (relative !== undefined) return t(`range.${relative}`);
  const word = (text: string) => (isMoment(text) ? format.brief(new Date(text)) : text);
  return `${word(cell.from)} – ${word(cell.to)}`;
}

function searchOf({ query, from, to }: CellQuery) {
  const relative = relativeOf({ from, to });
  if (relative !== undefined) return { q: query, range: relative };
  return isMoment(from) && isMoment(to) ? { q: query, from, to } : { q: query };
}

interface QueryCellProps {
  readonly cell: CellQuery;
  readonly busy: boolean;
  readonly onFreeze: (() => void) | undefined;
}

/** A question that is asked anew whenever somebody wants to know. */
export function QueryCell({ cell, busy, onFreeze }: QueryCellProps) {
  const t = useText();
  const format = useFormat();
  const [run, setRun] = useState(0);
  const { query, from, to } = cell;
  const answer = useQuery({
    queryKey: ["notebook-query", query, from, to, run],
    queryFn: ({ signal }) => api.get<PipelineResponse>("/hunt", { query, from, to, limit: LIVE_ROWS }, signal),
    enabled: run > 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <div className="live-query" data-testid="live-query">
      <div className="row wrap frozen-head">
        <span className="tag">
          <Icon name="hunt" />
          {t("notebook.query.live")}
        </span>
        <code className="grow frozen-query">
          {query === "" ? <span>{t("notebook.query.all")}</span> : <RawText text={query} />}
        </code>
        <span className="quiet small">{rangeText(cell, t, format)}</span>
      </div>
      <div className="row wrap no-print">
        <Button icon="play" onClick={() => setRun(run + 1)} disabled={answer.isFetching} data-testid="query-run">
          {t(run === 0 ? "notebook.query.run" : "notebook.query.again")}
        </Button>
        {onFreeze !== undefined && (
          <Button icon="key" onClick={onFreeze} disabled={busy} data-testid="query-freeze">
            {t("notebook.query.freeze")}
          </Button>
        )}
        <Link to="/hunt" search={searchOf(cell)} className="small">
          {t("notebook.query.open")}
        </Link>
        {answer.data !== undefined && (
          <span className="quiet small">
            {t(answer.data.truncated ? "hunt.answer.first" : "hunt.answer.rows", {
              n: format.number(rowsOf(answer.data).rows.length),
            })}
          </span>
        )}
      </div>
      {answer.isLoading && <Skeleton lines={3} />}
      {answer.isError && <FaultView error={answer.error} onRetry={() => setRun(run + 1)} />}
      {answer.data !== undefined && <ResultTable result={rowsOf(answer.data)} label={t("notebook.query.live")} />}
    </div>
  );
}
