import { useState } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import type { RuleImportReport } from "../../api/rule-types.ts";
import { logsourceText } from "../../events/summary.ts";

const SHOWN = 500;

function Problems({ report }: { report: RuleImportReport }) {
  const t = useText();
  if (report.problems.length === 0) return <p className="quiet">{t("imports.no_problems")}</p>;
  return (
    <ol className="problems" data-testid="import-problems">
      {report.problems.slice(0, SHOWN).map((problem) => (
        <li key={`${problem.file}:${problem.line}:${problem.code}`}>
          <p className="raw">
            <RawText text={problem.line === 0 ? problem.file : `${problem.file}:${problem.line}`} />
          </p>
          <p>
            <SafeText text={problem.message} />
            {problem.hint !== null && (
              <span className="quiet">
                {" "}
                — <SafeText text={problem.hint} />
              </span>
            )}{" "}
            <code className="quiet">{problem.code}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}

function Unfed({ report }: { report: RuleImportReport }) {
  const t = useText();
  if (report.noDataSource.length === 0) return <p className="quiet">{t("imports.all_fed")}</p>;
  return (
    <>
      <p className="quiet">{t("coverage.none")}</p>
      <Table
        label={t("coverage.none")}
        scrolls={false}
        rows={report.noDataSource.slice(0, SHOWN)}
        rowKey={(rule) => rule.ruleId}
        columns={[
          { id: "title", header: t("rule.title"), render: (rule) => <SafeText text={rule.title} /> },
          {
            id: "source",
            header: t("rule.logsource"),
            className: "quiet",
            render: (rule) => logsourceText(rule.logsource),
          },
        ]}
      />
    </>
  );
}

/** What became of every document: nothing is dropped in silence. */
export function ImportReport({ report, onClose }: { report: RuleImportReport; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const [tab, setTab] = useState<"problems" | "unfed">("problems");
  const done = report.import;
  return (
    <section className="import-report" aria-labelledby="import-report" data-testid="import-report">
      <div className="row">
        <h2 id="import-report" className="grow">
          <RawText text={done.name} />
        </h2>
        <IconButton icon="close" label={t("imports.close_report")} onClick={onClose} />
      </div>
      <dl className="facts">
        {(
          [
            ["loaded", done.loaded],
            ["rejected", done.rejected],
            ["no_data", done.noDataSource],
            ["correlations", done.correlations],
            ["filters", done.filters],
          ] as const
        ).map(([name, count]) => (
          <div key={name}>
            <dt>{t(`imports.${name}`)}</dt>
            <dd data-testid={`import-${name}`}>{format.number(count)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("imports.took")}</dt>
          <dd>{t("imports.seconds", { n: format.decimal(done.tookMs / 1000) })}</dd>
        </div>
        <div>
          <dt>{t("imports.licence")}</dt>
          <dd>{done.licence ?? t("rule.no_licence")}</dd>
        </div>
      </dl>
      <Tabs
        label={t("imports.report")}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: "problems", label: t("imports.tab.problems", { n: format.number(report.problems.length) }) },
          { value: "unfed", label: t("imports.tab.unfed", { n: format.number(report.noDataSource.length) }) },
        ]}
      >
        {tab === "problems" ? <Problems report={report} /> : <Unfed report={report} />}
      </Tabs>
    </section>
  );
}
