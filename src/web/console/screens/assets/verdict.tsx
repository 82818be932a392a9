import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { SchemeContent, Verdict } from "../../api/asset-types.ts";
import { Cited } from "./cited.tsx";

interface VerdictProps {
  readonly content: SchemeContent;
  readonly verdict: Verdict;
}

function CriteriaList({
  ids,
  content,
  title,
}: Pick<VerdictProps, "content"> & { ids: readonly string[]; title: string }) {
  const language = useLanguage();
  const shown = content.criteria.filter(({ id }) => ids.includes(id));
  if (shown.length === 0) return null;
  const short = new Map(content.outcomes.map((outcome) => [outcome.id, outcome.short[language]]));
  return (
    <section>
      <h2>{title}</h2>
      <ul className="verdict-list">
        {shown.map(({ id, text, outcome, article, verification }) => (
          <li key={id}>
            <span className="tag">{short.get(outcome) ?? outcome}</span> {text[language]}{" "}
            <Cited article={article} verification={verification} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Questions whose answers could still change the result. */
function Missing({ content, verdict }: VerdictProps) {
  const t = useText();
  const language = useLanguage();
  const raising = verdict.criteria.filter(({ id }) => verdict.couldRaise.includes(id));
  const wanted = new Set(raising.flatMap(({ missing }) => missing));
  const questions = content.questions.filter(({ id }) => wanted.has(id));
  if (questions.length === 0) return null;
  return (
    <section>
      <h2>{t("assets.could_change")}</h2>
      <ul className="verdict-list">
        {questions.map(({ id, text }) => (
          <li key={id}>{text[language]}</li>
        ))}
      </ul>
    </section>
  );
}

function Notes({ content, verdict, kind }: VerdictProps & { kind: "duty" | "doubt" }) {
  const t = useText();
  const language = useLanguage();
  const notes = content.notes.filter((note) => note.kind === kind && verdict.notes.includes(note.id));
  if (notes.length === 0) return null;
  return (
    <section>
      <h2>{t(`assets.dossier.${kind}`)}</h2>
      <ul className="verdict-list">
        {notes.map(({ id, text, article, verification }) => (
          <li key={id}>
            {text[language]} <Cited article={article} verification={verification} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The result with what decided it, what could still change it and what follows from it. */
export function VerdictView({ content, verdict }: VerdictProps) {
  const t = useText();
  const language = useLanguage();
  const outcome = content.outcomes.find(({ id }) => id === verdict.outcome);
  return (
    <div className="assessment-verdict stack" data-testid="verdict">
      <div>
        <p className="quiet small">{t("assets.result")}</p>
        <p className="verdict-outcome" data-testid="verdict-outcome">
          {outcome === undefined ? t("assets.undecided") : outcome.title[language]}
        </p>
        {outcome !== undefined && (
          <p>
            {outcome.text[language]} <Cited article={outcome.article} verification={outcome.verification} />
          </p>
        )}
        <p className={verdict.isCertain ? "good-line" : "quiet"} data-testid="verdict-certainty">
          {t(
            verdict.isCertain
              ? "assets.certain"
              : verdict.outcome === null
                ? "assets.undecided_why"
                : "assets.uncertain",
          )}
        </p>
      </div>
      <CriteriaList ids={verdict.decidedBy} content={content} title={t("assets.decided_by")} />
      <Missing content={content} verdict={verdict} />
      <Notes kind="doubt" content={content} verdict={verdict} />
      <Notes kind="duty" content={content} verdict={verdict} />
      <p className="quiet small">{content.disclaimer[language]}</p>
    </div>
  );
}
