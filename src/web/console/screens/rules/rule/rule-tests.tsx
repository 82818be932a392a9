import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Icon } from "../../../../kit/icon.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table } from "../../../../kit/table.tsx";
import { api } from "../../../api/client.ts";
import type { DraftEvent, DraftTest, RuleDetail } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { TestPane } from "../editor/test-pane.tsx";
import { Reasons } from "../editor/verdicts.tsx";
import { type Sample, samplesOf } from "./samples.ts";

const SHOWN_CHARACTERS = 240;

interface Outcome {
  readonly sample: Sample;
  readonly event: DraftEvent | undefined;
}

function asExpected({ sample, event }: Outcome): boolean {
  return event !== undefined && event.matched === sample.fires;
}

function Samples({ text, samples }: { text: string; samples: readonly Sample[] }) {
  const t = useText();
  const lines = samples.map(({ raw }) => raw).join("\n");
  const test = useQuery({
    queryKey: ["draft-test", text, lines],
    queryFn: () => api.post<DraftTest>("/rules/drafts/test", { text, lines }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  if (test.isPending) return <Skeleton />;
  if (test.isError) return <FaultView error={test.error} onRetry={() => void test.refetch()} />;
  const outcomes = samples.map((sample, index): Outcome => ({ sample, event: test.data.events[index] }));
  const good = outcomes.filter(asExpected).length;
  return (
    <>
      <p className={good === samples.length ? "good-line" : "bad-text"} role="status" data-testid="sample-result">
        <Icon name={good === samples.length ? "check" : "close"} />{" "}
        {t("tests.samples.result", { n: good, of: samples.length })}
      </p>
      <Table
        label={t("tests.samples")}
        rows={outcomes}
        rowKey={(_, index) => String(index)}
        testId="sample-table"
        className="sample-table"
        columns={[
          {
            id: "expected",
            header: t("tests.expected"),
            width: "130px",
            render: ({ sample }) => t(sample.fires ? "tests.fires" : "tests.silent"),
          },
          {
            id: "got",
            header: t("tests.got"),
            width: "130px",
            render: (outcome) => (
              <span className={asExpected(outcome) ? "verdict-yes" : "verdict-no"}>
                <Icon name={asExpected(outcome) ? "check" : "close"} />{" "}
                {t(outcome.event?.matched === true ? "tests.fires" : "tests.silent")}
              </span>
            ),
          },
          {
            id: "record",
            header: t("event.raw"),
            render: ({ sample, event }) => (
              <details>
                <summary>
                  <RawText text={sample.raw.slice(0, SHOWN_CHARACTERS)} />
                </summary>
                {event !== undefined && <Reasons explanation={event.explanation} />}
              </details>
            ),
          },
        ]}
      />
    </>
  );
}

/** The rule's own samples first: do they still do what their author says? Then whatever one wants to try. */
export function RuleTests({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const samples = useMemo(() => samplesOf(detail.text), [detail.text]);
  return (
    <div className="stack rule-narrow" data-testid="rule-tests">
      <section>
        <h2>{t("tests.samples")}</h2>
        {samples.length === 0 ? (
          <p className="quiet">{t("tests.samples.none")}</p>
        ) : (
          <Samples text={detail.text} samples={samples} />
        )}
      </section>
      <section>
        <h2>{t("tests.try")}</h2>
        <TestPane text={detail.text} />
      </section>
    </div>
  );
}
