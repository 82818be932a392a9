import "./assets.css";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { Asset, Assessment, Scheme, SchemeAnswers, SchemeId, Verdict } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { QuestionField } from "./question.tsx";
import { useAssess, useAssessments, useAsset, useScheme, useVerdict } from "./use-assets.ts";
import { VerdictView } from "./verdict.tsx";

const SCHEMES = ["vn-level", "nis2"] as const;

function Progress({ verdict }: { verdict: Verdict }) {
  const t = useText();
  const asked = verdict.asked.length;
  const answered = asked - verdict.unanswered.length;
  return (
    <div className="assess-progress">
      <progress max={asked} value={answered} aria-label={t("assets.progress", { n: answered, of: asked })} />
      <span className="quiet small" data-testid="assess-progress">
        {t("assets.progress", { n: answered, of: asked })}
      </span>
    </div>
  );
}

interface DeskProps {
  readonly system: Asset;
  readonly scheme: Scheme;
  readonly id: SchemeId;
  readonly before: Assessment | undefined;
}

function Keep({ system, scheme, id, answers }: Omit<DeskProps, "before"> & { answers: SchemeAnswers }) {
  const t = useText();
  const navigate = useNavigate();
  const [reason, setReason] = useState("");
  const may = useMay()("assets.write");
  const assess = useAssess(
    system.id,
    (assessment) =>
      void navigate({
        to: "/systems/$id/assessments/$assessment",
        params: { id: system.id, assessment: assessment.id },
      }),
  );
  const isEmpty = Object.keys(answers).length === 0;
  const why = !may ? t("assets.keep_may_not") : isEmpty ? t("assets.keep_empty") : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    assess.mutate({ scheme: id, answers, hash: scheme.hash, reason });
  };
  return (
    <form className="stack assess-keep" onSubmit={submit}>
      <TextField
        label={t("assets.reason")}
        hint={t("assets.assess_reason_hint")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {assess.isError && <FaultView error={assess.error} />}
      <div className="row wrap">
        <Button
          kind="primary"
          type="submit"
          disabled={why !== undefined || assess.isPending}
          title={why}
          data-testid="assess-keep"
        >
          {t("assets.keep")}
        </Button>
        {why !== undefined && <span className="quiet small">{why}</span>}
      </div>
    </form>
  );
}

/** Answers on the left, what they give on the right, at once. The last assessment is where one begins. */
function Desk({ system, scheme, id, before }: DeskProps) {
  const t = useText();
  const language = useLanguage();
  const { content } = scheme;
  const [answers, setAnswers] = useState<SchemeAnswers>(before?.hash === scheme.hash ? before.answers : {});
  const verdict = useVerdict(id, answers);
  const change = (question: string, answer: SchemeAnswers[string] | undefined) =>
    setAnswers(({ [question]: _, ...others }) => (answer === undefined ? others : { ...others, [question]: answer }));
  if (verdict.data === undefined) {
    return verdict.isError ? <FaultView error={verdict.error} onRetry={() => void verdict.refetch()} /> : <Skeleton />;
  }
  const { asked } = verdict.data;
  return (
    <div className="assess">
      <div className="assess-questions" data-testid="assess-questions">
        <Progress verdict={verdict.data} />
        {content.sections.map((section) => {
          const questions = content.questions.filter((each) => each.section === section.id && asked.includes(each.id));
          if (questions.length === 0) return null;
          return (
            <section key={section.id}>
              <h2>{section.title[language]}</h2>
              {questions.map((question) => (
                <QuestionField
                  key={question.id}
                  question={question}
                  content={content}
                  verdict={verdict.data}
                  answer={answers[question.id]}
                  onChange={(answer) => change(question.id, answer)}
                />
              ))}
            </section>
          );
        })}
      </div>
      <aside className="assess-result" aria-label={t("assets.result")}>
        <VerdictView content={content} verdict={verdict.data} />
        <Keep system={system} scheme={scheme} id={id} answers={answers} />
      </aside>
    </div>
  );
}

export function Assess() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const { id } = useParams({ from: "/systems/$id/assess" });
  const search = useSearch({ from: "/systems/$id/assess" });
  const schemeId: SchemeId = SCHEMES.find((each) => each === search.scheme) ?? "vn-level";
  const page = useAsset(id);
  const scheme = useScheme(schemeId);
  const assessments = useAssessments(id);
  const failed = [page, scheme, assessments].find(({ isError }) => isError);
  const isReady = page.data !== undefined && scheme.data !== undefined && assessments.data !== undefined;
  return (
    <div className="page-body assess-page">
      <div className="row wrap">
        {page.data !== undefined && (
          <Link to="/systems" search={{ system: id, tab: "assessments" }} data-testid="assess-back">
            <SafeText text={page.data.system.name} />
          </Link>
        )}
        <span className="grow" />
        <Segmented
          label={t("assets.scheme")}
          value={schemeId}
          options={SCHEMES.map((value) => ({ value, label: t(`assets.scheme.${value}`), testId: `scheme-${value}` }))}
          onChange={(next) =>
            void navigate({ to: "/systems/$id/assess", params: { id }, search: { scheme: next }, replace: true })
          }
        />
      </div>
      {failed !== undefined && <FaultView error={failed.error} onRetry={() => void failed.refetch()} />}
      {failed === undefined && !isReady && <Skeleton lines={12} />}
      {isReady && (
        <>
          <h1>{scheme.data.content.title[language]}</h1>
          <p className="quiet">
            {scheme.data.content.about[language]} · {scheme.data.content.instrument[language]}
          </p>
          <Desk
            key={schemeId}
            system={page.data.system}
            scheme={scheme.data}
            id={schemeId}
            before={assessments.data.items.find((each) => each.scheme === schemeId)}
          />
        </>
      )}
    </div>
  );
}
