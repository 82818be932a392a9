import { Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { PipelineResponse } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { AnswerTable } from "./answer-table.tsx";
import { useQueryPlace } from "./query-place.tsx";
import { Results } from "./results.tsx";
import type { HuntRun } from "./run.ts";
import { RunProgress } from "./run-progress.tsx";
import type { HuntSearch } from "./search.ts";
import { TopTable } from "./top-table.tsx";

interface BodyProps {
  readonly run: HuntRun;
  readonly search: HuntSearch;
  readonly columns: readonly string[];
  readonly onChange: (part: HuntSearch) => void;
}

const eventsOf = (answer: PipelineResponse | undefined) => (answer?.kind === "events" ? answer.events : []);

function Nothing({ onChange }: Pick<BodyProps, "onChange">) {
  const t = useText();
  return (
    <Empty
      title={t("hunt.none.title")}
      action={
        <Button onClick={() => onChange({ range: "30d", from: undefined, to: undefined, at: undefined })}>
          {t("hunt.none.do")}
        </Button>
      }
    >
      {t("hunt.none.body")}
    </Empty>
  );
}

/** Damage the search met: an answer that is not whole must not look whole. */
function LeftOutRemark({ leftOut }: Pick<PipelineResponse, "leftOut">) {
  const t = useText();
  const format = useFormat();
  if (leftOut === undefined) return null;
  return (
    <p className="hunt-remark bad-text small" role="status" data-testid="left-out">
      {t("hunt.left_out", { n: format.number(leftOut.events), parts: leftOut.segments.length })}{" "}
      <Link to="/storage">{t("place.storage")}</Link>
    </p>
  );
}

/** What the last page said of names no event has, and of rows there was no room for. */
function Remarks({ answer, isPaged }: { answer: PipelineResponse | undefined; isPaged: boolean }) {
  const t = useText();
  const format = useFormat();
  const [unknown] = answer?.unknownFields ?? [];
  const isCut = answer?.kind === "events" && answer.truncated && !isPaged;
  if (unknown === undefined && !isCut) return <LeftOutRemark leftOut={answer?.leftOut} />;
  return (
    <>
      <LeftOutRemark leftOut={answer?.leftOut} />
      <p className="hunt-remark quiet small">
        {isCut && t("hunt.answer.first", { n: format.number(answer.events.length) })}
        {unknown !== undefined &&
          ` ${t("hunt.answer.unknown", { name: unknown.name, suggestion: unknown.suggestion ?? "none" })}`}
      </p>
    </>
  );
}

export function HuntBody({ run, search, columns, onChange }: BodyProps) {
  const t = useText();
  const { main } = run;
  const place = useQueryPlace(main.error);
  const isAnswer = main === run.answer;
  const answer = isAnswer ? run.answer.data : undefined;
  const pages = run.rows.data?.pages;
  const events = useMemo(
    () => (isAnswer ? eventsOf(answer) : (pages ?? []).flatMap(eventsOf)),
    [isAnswer, answer, pages],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = run.rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // A link is still being followed: nothing has been asked yet
  if (search.link !== undefined) return <Skeleton lines={12} />;
  if (main.isError && place === undefined) return <FaultView error={main.error} onRetry={run.again} />;
  if (place !== undefined) return <Empty title={t("hunt.wrong.title")}>{t("hunt.wrong.body")}</Empty>;
  if (main.fetchStatus === "idle" && main.isPending) {
    return (
      <Empty title={t("hunt.cancelled.title")} action={<Button onClick={run.again}>{t("hunt.run")}</Button>}>
        {t("hunt.cancelled.body")}
      </Empty>
    );
  }
  if (main.isPending) return <RunProgress run={run} />;
  if (search.group !== undefined && run.top.data !== undefined) {
    return <TopTable top={run.top.data} onClose={() => onChange({ group: undefined })} />;
  }
  if (answer?.kind === "table" && answer.rows.length > 0) return <AnswerTable answer={answer} />;
  const told = answer ?? pages?.at(-1);
  if (events.length === 0) {
    return (
      <>
        <Remarks answer={told} isPaged={!isAnswer} />
        <Nothing onChange={onChange} />
      </>
    );
  }
  const total = isAnswer ? events.length : run.histogram.data?.total;
  return (
    <>
      <Remarks answer={told} isPaged={!isAnswer} />
      <Results events={events} total={total} columns={columns} onEnd={more} />
    </>
  );
}
