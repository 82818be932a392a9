import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { SimilarCase } from "../../api/case-types.ts";
import { RestrictedMark, stageText } from "./words.tsx";

const SHOWN = 5;

interface SimilarListProps {
  readonly cases: readonly SimilarCase[];
  readonly none: string;
  /** What is offered beside each; without it the number leads to the case. */
  readonly action?: (found: SimilarCase) => ReactNode;
}

/** Cases that share something, with what it is and how much it counts. */
export function SimilarList({ cases, none, action }: SimilarListProps) {
  const t = useText();
  const format = useFormat();
  if (cases.length === 0) return <p className="quiet">{none}</p>;
  return (
    <ul className="part-list">
      {cases.map((found) => (
        <li key={found.case.id} className="part" data-testid="similar-case">
          <div className="part-body">
            <p className="part-text">
              {found.case.restricted && <RestrictedMark />}{" "}
              <Link to="/cases/$id" params={{ id: found.case.id }} search={{}}>
                {found.case.number}
              </Link>{" "}
              <SafeText text={found.case.title} />
            </p>
            <p className="quiet small">
              {stageText(found.case, t)} · {t("case.similar.score", { score: format.number(found.score) })}
            </p>
            <p className="small">
              {found.shared.slice(0, SHOWN).map(({ kind, value }) => (
                <span key={`${kind} ${value}`} className="tag">
                  {t(`case.shared.${kind}`)}: <SafeText text={value} />
                </span>
              ))}
              {found.shared.length > SHOWN && t("case.similar.more", { n: found.shared.length - SHOWN })}
            </p>
          </div>
          {action?.(found)}
        </li>
      ))}
    </ul>
  );
}
