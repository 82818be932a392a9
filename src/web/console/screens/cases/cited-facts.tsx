/** The facts a decision rests on: ticked when it is written down, a link to each when it is read. */
import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { CasePage } from "../../api/case-types.ts";
import { partsOf } from "./parts.ts";
import { factText } from "./words.tsx";

const byTime = (one: { at: string }, other: { at: string }) => Date.parse(one.at) - Date.parse(other.at);

interface ChoiceProps {
  readonly label: string;
  readonly page: CasePage;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function FactChoice({ label, page, value, onChange }: ChoiceProps) {
  const t = useText();
  const language = useLanguage();
  const chosen = value === "" ? [] : value.split(",");
  // One that was cited and is hidden by now can still be seen and let go.
  const facts = partsOf(page, "fact")
    .filter(({ id, hidden }) => !hidden || chosen.includes(id))
    .toSorted(byTime);
  const toggle = (id: string) =>
    onChange((chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]).join(","));
  return (
    <fieldset className="case-fieldset" data-testid="part-facts">
      <legend>{label}</legend>
      {facts.length === 0 && <p className="quiet small">{t("case.decision.no_facts")}</p>}
      <div className="cited-facts">
        {facts.map(({ id, content }) => (
          <label key={id} className="row">
            <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
            <span className="part-text">
              <span className="quiet small">
                <When at={content.time} as="both" />
              </span>{" "}
              <SafeText text={factText(content, language)} />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function CitedFacts({ page, facts }: { page: CasePage; facts: readonly string[] }) {
  const t = useText();
  const language = useLanguage();
  if (facts.length === 0) return null;
  const here = partsOf(page, "fact").filter(({ id }) => facts.includes(id));
  const elsewhere = facts.length - here.length;
  return (
    <div className="small" data-testid="cited-facts">
      <span className="quiet">{t("case.decision.facts")}</span>
      <ul className="cited-list">
        {here.toSorted(byTime).map(({ id, content, hidden }) => (
          <li key={id}>
            <Link to="/cases/$id" params={{ id: page.id }} search={{ part: id }}>
              <SafeText text={factText(content, language)} />
            </Link>
            {hidden && <span className="tag">{t("case.decision.fact_hidden")}</span>}
          </li>
        ))}
        {elsewhere > 0 && <li className="quiet">{t("case.decision.elsewhere", { n: elsewhere })}</li>}
      </ul>
    </div>
  );
}
