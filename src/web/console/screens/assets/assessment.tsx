import "./assets.css";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { AssessmentPage, SchemeQuestion } from "../../api/asset-types.ts";
import { address } from "../../api/client.ts";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { Cited } from "./cited.tsx";
import { useAssessment } from "./use-assets.ts";
import { VerdictView } from "./verdict.tsx";

const FORMATS = ["pdf", "docx", "json"] as const;

function AnswerText({ question, page }: { question: SchemeQuestion; page: AssessmentPage }) {
  const t = useText();
  const language = useLanguage();
  const format = useFormat();
  const answer = page.assessment.answers[question.id];
  if (answer === undefined) return <span className="quiet">{t("assets.dossier.unanswered")}</span>;
  if (typeof answer === "number") {
    return (
      <>
        {format.decimal(answer)} {question.unit?.[language]}
      </>
    );
  }
  const chosen = typeof answer === "string" ? [answer] : answer;
  const words = question.options.filter(({ id }) => chosen.includes(id)).map(({ text }) => text[language]);
  return <>{words.join("; ")}</>;
}

function Answers({ page }: { page: AssessmentPage }) {
  const t = useText();
  const language = useLanguage();
  const { content, assessment } = page;
  const asked = content.questions.filter(({ id }) => assessment.verdict.asked.includes(id));
  return (
    <section>
      <h2>{t("assets.dossier.answers")}</h2>
      <Table
        label={t("assets.dossier.answers")}
        rows={asked}
        rowKey={({ id }) => id}
        testId="assessment-answers"
        columns={[
          { id: "question", header: t("assets.dossier.question"), names: true, render: ({ text }) => text[language] },
          {
            id: "answer",
            header: t("assets.dossier.answer"),
            render: (question) => <AnswerText question={question} page={page} />,
          },
          {
            id: "article",
            header: t("assets.dossier.article"),
            render: ({ article, verification }) => <Cited article={article} verification={verification} />,
          },
        ]}
      />
    </section>
  );
}

function Page({ page }: { page: AssessmentPage }) {
  const t = useText();
  const language = useLanguage();
  const { system, assessment, content } = page;
  const take = (format: (typeof FORMATS)[number]) => () =>
    download(
      address(`/assets/${encodeURIComponent(system.id)}/assessments/${encodeURIComponent(assessment.id)}/dossier`, {
        format,
        language,
      }),
    );
  return (
    <>
      <div className="row wrap">
        <Link to="/systems" search={{ system: system.id, tab: "assessments" }}>
          <SafeText text={system.name} />
        </Link>
        <span className="grow" />
        {FORMATS.map((format) => (
          <Button key={format} icon="download" onClick={take(format)} data-testid={`dossier-${format}`}>
            {t(`assets.dossier_as.${format}`)}
          </Button>
        ))}
        <Link
          to="/systems/$id/assess"
          params={{ id: system.id }}
          search={{ scheme: assessment.scheme }}
          className="button"
        >
          {t("assets.assess_again")}
        </Link>
      </div>
      <h1>{content.title[language]}</h1>
      <p className="quiet">
        <bdi>{assessment.by.name}</bdi> · <When at={assessment.at} as="both" /> ·{" "}
        {t("assets.content_version", { version: assessment.contentVersion })}
      </p>
      {assessment.reason !== "" && (
        <p>
          <SafeText text={assessment.reason} />
        </p>
      )}
      {!assessment.isCurrentContent && (
        <div className="notice">
          <p>{t("assets.content_changed_body")}</p>
        </div>
      )}
      <div className="assessment-page">
        <VerdictView content={content} verdict={assessment.verdict} />
        <Answers page={page} />
      </div>
    </>
  );
}

/** One assessment as it was told then, with the questions as they were, and its dossier. */
export function AssessmentScreen() {
  const { id, assessment } = useParams({ from: "/systems/$id/assessments/$assessment" });
  const page = useAssessment(id, assessment);
  return (
    <div className="page-body assess-page" data-testid="assessment">
      {page.isPending && <Skeleton lines={12} />}
      {page.isError && <FaultView error={page.error} onRetry={() => void page.refetch()} />}
      {page.data !== undefined && <Page page={page.data} />}
    </div>
  );
}
