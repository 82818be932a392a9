import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import type { CasePage, CaseStage } from "../../api/case-types.ts";

const STAGES: readonly CaseStage[] = [
  "new",
  "triage",
  "investigating",
  "contained",
  "eradicated",
  "recovering",
  "closed",
];

/** How far the case is, and when it came there; stages it went back from keep their last time. */
export function StageLine({ page }: { page: CasePage }) {
  const t = useText();
  const at = STAGES.indexOf(page.stage);
  return (
    <ol className="stage-line" aria-label={t("case.stages")}>
      {STAGES.map((stage, index) => {
        const reached = page.stages.findLast((each) => each.stage === stage);
        const state = index === at ? "now" : index < at && reached !== undefined ? "past" : "open";
        return (
          <li key={stage} className={state} aria-current={index === at ? "step" : undefined}>
            <span className="stage-name">{t(`case.stage.${stage}`)}</span>
            <span className="stage-time quiet">{reached !== undefined && index <= at && <When at={reached.at} />}</span>
          </li>
        );
      })}
    </ol>
  );
}
