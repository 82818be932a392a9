import { useId } from "react";
import { useText, useLanguage } from "../../../kit/i18n/text.tsx";
import type { SchemeAnswers, SchemeContent, SchemeQuestion, Verdict } from "../../api/asset-types.ts";
import { Cited } from "./cited.tsx";

type Answer = SchemeAnswers[string];

interface QuestionProps {
  readonly question: SchemeQuestion;
  readonly content: SchemeContent;
  readonly verdict: Verdict;
  readonly answer: Answer | undefined;
  readonly onChange: (answer: Answer | undefined) => void;
}

function Choices({ question, answer, onChange }: Pick<QuestionProps, "question" | "answer" | "onChange">) {
  const language = useLanguage();
  const name = useId();
  const isMany = question.kind === "many";
  const chosen = typeof answer === "string" ? [answer] : Array.isArray(answer) ? answer : [];
  const toggle = (id: string) => {
    if (!isMany) return onChange(id);
    // "None of these" and anything else shut each other out.
    const others = id === "none" ? [] : chosen.filter((each) => each !== "none");
    const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...others, id];
    return onChange(next.length === 0 ? undefined : next);
  };
  let group: string | undefined;
  return (
    <div className={question.options.length > 12 ? "choices many" : "choices"}>
      {question.options.map((option) => {
        const heading = option.group?.[language];
        const isFirst = heading !== undefined && heading !== group;
        group = heading;
        return (
          <div key={option.id} className={isFirst ? "choice-group" : undefined}>
            {isFirst && <p className="choice-heading quiet small">{heading}</p>}
            <label className="choice">
              <input
                type={isMany ? "checkbox" : "radio"}
                name={name}
                checked={chosen.includes(option.id)}
                onChange={() => toggle(option.id)}
                data-testid={`choice-${question.id}-${option.id}`}
              />
              <span>
                {option.text[language]}
                {option.hint !== undefined && <span className="quiet small choice-hint">{option.hint[language]}</span>}
              </span>
            </label>
          </div>
        );
      })}
    </div>
  );
}

function Amount({ question, answer, onChange }: Pick<QuestionProps, "question" | "answer" | "onChange">) {
  const language = useLanguage();
  return (
    <div className="row">
      <input
        className="input num"
        type="number"
        min={0}
        step="any"
        aria-label={question.text[language]}
        value={typeof answer === "number" ? answer : ""}
        onChange={({ target: { value, valueAsNumber } }) =>
          onChange(value === "" || !Number.isFinite(valueAsNumber) || valueAsNumber < 0 ? undefined : valueAsNumber)
        }
        data-testid={`amount-${question.id}`}
      />
      {question.unit !== undefined && <span className="quiet">{question.unit[language]}</span>}
    </div>
  );
}

/** What this answer has to do with the result: criteria it meets, and those that wait for it. */
function Reasons({ question, content, verdict }: Pick<QuestionProps, "question" | "content" | "verdict">) {
  const t = useText();
  const language = useLanguage();
  const short = new Map(content.outcomes.map((outcome) => [outcome.id, outcome.short[language]]));
  const states = new Map(verdict.criteria.map((each) => [each.id, each]));
  const met = content.criteria.filter(({ id }) => {
    const weighed = states.get(id);
    return weighed?.state === "met" && weighed.questions.includes(question.id);
  });
  if (met.length === 0) return null;
  return (
    <ul className="question-reasons small" data-testid="question-reasons">
      {met.map((criterion) => (
        <li key={criterion.id}>
          <span className={verdict.decidedBy.includes(criterion.id) ? "tag strong" : "tag"}>
            {t(`assets.gives.${content.id}`, { outcome: short.get(criterion.outcome) ?? criterion.outcome })}
          </span>{" "}
          {criterion.text[language]} <Cited article={criterion.article} verification={criterion.verification} />
        </li>
      ))}
    </ul>
  );
}

export function QuestionField({ question, content, verdict, answer, onChange }: QuestionProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <fieldset className="question" data-testid={`question-${question.id}`}>
      <legend>{question.text[language]}</legend>
      <p className="question-why quiet small">
        {question.why[language]} <Cited article={question.article} verification={question.verification} />
      </p>
      {question.kind === "number" ? (
        <Amount question={question} answer={answer} onChange={onChange} />
      ) : (
        <Choices question={question} answer={answer} onChange={onChange} />
      )}
      {answer !== undefined && (
        <button type="button" className="text-button small" onClick={() => onChange(undefined)}>
          {t("assets.clear_answer")}
        </button>
      )}
      <Reasons question={question} content={content} verdict={verdict} />
    </fieldset>
  );
}
