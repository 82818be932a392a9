import "./parsers.css";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { ParserDetail, ParserTrialResult } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { useDelayedValue } from "../rules/editor/use-draft.ts";
import { DraftPane } from "./draft-pane.tsx";
import { LinesPane } from "./lines-pane.tsx";
import type { TrialSearch } from "./search.ts";
import { outcomeOf, TriedLineView } from "./tried-line.tsx";
import {
  MAX_DRAFT_CHARACTERS,
  MAX_LINE_CHARACTERS,
  MAX_LINES,
  type Trial,
  useParser,
  useTrial,
} from "./use-parsers.ts";

const TYPING_PAUSE_MS = 400;
/** What was pasted and written stays while the person looks elsewhere, until they sign out. */
const DESK = ["parser-desk"] as const;

interface Desk {
  readonly lines: string;
  readonly draft: string | undefined;
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/u)
    .filter((line) => line.trim() !== "")
    .slice(0, MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE_CHARACTERS));
}

function trialOf({ lines, draft }: Desk, format: string): Trial {
  return {
    lines: linesOf(lines),
    ...(format === "" ? {} : { format }),
    ...(draft === undefined ? {} : { definition: draft.slice(0, MAX_DRAFT_CHARACTERS) }),
  };
}

function Answers({ lines, result }: { lines: readonly string[]; result: ParserTrialResult }) {
  const t = useText();
  const taken = result.items.filter((item) => outcomeOf(item) === "taken").length;
  if (result.items.length === 0) return null;
  return (
    <section aria-label={t("parsers.answers")}>
      <p role="status" data-testid="trial-total">
        <strong>{t("parsers.taken", { n: taken, of: result.items.length })}</strong>
        {result.untried > 0 && <span className="bad-text"> {t("parsers.untried", { n: result.untried })}</span>}
      </p>
      <ol className="tried-lines">
        {result.items.map((tried, index) => (
          <TriedLineView key={index} line={lines[index] ?? ""} tried={tried} index={index} />
        ))}
      </ol>
    </section>
  );
}

function TrialDesk({ initial }: { initial: Desk | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const search: TrialSearch = useSearch({ from: "/sensors/parsers/try" });
  const client = useQueryClient();
  const [desk, write] = useState<Desk>(
    () => initial ?? client.getQueryData<Desk>(DESK) ?? { lines: "", draft: undefined },
  );
  const change = (part: Partial<Desk>) => {
    const next = { ...desk, ...part };
    write(next);
    client.setQueryData(DESK, next);
  };
  const settled = useDelayedValue(desk, TYPING_PAUSE_MS);
  const trial = trialOf(settled, search.as ?? "");
  const answer = useTrial(trial);
  const result = answer.isError ? undefined : answer.data;
  const problems = desk.draft === undefined ? [] : (result?.problems ?? []);
  return (
    <div className="editor-desk" data-testid="parser-desk">
      <div className="editor-left trial-left">
        <LinesPane
          text={desk.lines}
          onText={(lines) => change({ lines })}
          format={search.as ?? ""}
          onFormat={(as) =>
            void navigate({
              to: "/sensors/parsers/try",
              search: (now) => ({ ...now, as: as === "" ? undefined : as }),
              replace: true,
            })
          }
        />
        {answer.isError && <FaultView error={answer.error} onRetry={() => void answer.refetch()} />}
        {trial.lines.length === 0 && (
          <Empty title={t("parsers.nothing_tried.title")}>{t("parsers.nothing_tried.body")}</Empty>
        )}
        {trial.lines.length > 0 && result !== undefined && (
          <div className={answer.isPlaceholderData ? "stale" : undefined} aria-busy={answer.isFetching}>
            <Answers lines={trial.lines} result={result} />
          </div>
        )}
        {problems.length > 0 && trial.lines.length > 0 && <p className="quiet">{t("parsers.draft.mend_first")}</p>}
      </div>
      <div className="editor-right">
        <DraftPane
          text={desk.draft}
          onText={(draft) => change({ draft })}
          problems={problems}
          checked={settled.draft !== undefined && result !== undefined}
        />
      </div>
    </div>
  );
}

/** The samples of a parser as lines, and its text as a draft when one of one's own is to grow from it. */
function deskOf(detail: ParserDetail, draft: boolean): Desk {
  return {
    lines: detail.sampleLines.map(({ line }) => line).join("\n"),
    draft: draft ? detail.text : undefined,
  };
}

function From({ name, draft }: { name: string; draft: boolean }) {
  const detail = useParser(name);
  if (detail.isError) return <FaultView error={detail.error} onRetry={() => void detail.refetch()} />;
  if (detail.data === undefined) return <Skeleton />;
  return <TrialDesk initial={deskOf(detail.data, draft)} />;
}

/** Lines on one side and what the parsers make of them, on the other a definition in the making. Nothing is kept. */
export function ParserTrial() {
  const t = useText();
  const { from, draft }: TrialSearch = useSearch({ from: "/sensors/parsers/try" });
  return (
    <>
      <PageTabs tabs={SENSOR_TABS} label={t("place.sensors")} />
      <div className="page-head">
        <h1>{t("parsers.trial")}</h1>
        <span className="quiet small grow">{t("parsers.trial.body")}</span>
        <Link className="button" to="/sensors/parsers" search={{}}>
          {t("parsers.all")}
        </Link>
      </div>
      {from === undefined ? (
        <TrialDesk key="own" initial={undefined} />
      ) : (
        <From key={`${from} ${draft}`} name={from} draft={draft !== undefined} />
      )}
    </>
  );
}
