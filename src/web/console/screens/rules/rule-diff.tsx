import "./rules.css";
import { useMemo } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { diffLines } from "../../../kit/line-diff.ts";
import { RawText } from "../../../kit/raw-text.tsx";

interface RuleDiffProps {
  readonly before: string;
  readonly after: string;
  readonly names: { readonly before: string; readonly after: string };
}

const SIGNS = { same: " ", removed: "−", added: "+" } as const;

/** Two texts of a rule as one: sign and colour tell where a line is from. */
export function RuleDiff({ before, after, names }: RuleDiffProps) {
  const t = useText();
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const changed = lines.filter((line) => line.kind !== "same").length;
  return (
    <div>
      <p className="row wrap diff-names small">
        <span className="diff-removed">
          {SIGNS.removed} {names.before}
        </span>
        <span className="diff-added">
          {SIGNS.added} {names.after}
        </span>
        {changed === 0 && <strong>{t("diff.same")}</strong>}
      </p>
      {/* A scrollable region must be reachable by keyboard */}
      <div
        className="rule-text rule-diff"
        tabIndex={0}
        role="region"
        aria-label={t("diff.label")}
        data-testid="rule-diff"
      >
        <table>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{names.before}</th>
              <th scope="col">{names.after}</th>
              <th scope="col">{t("diff.sign")}</th>
              <th scope="col">{t("rule.text")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} className={`diff-${line.kind}`}>
                <td className="diff-number">{line.before}</td>
                <td className="diff-number">{line.after}</td>
                <td className="diff-sign">
                  <span aria-hidden="true">{SIGNS[line.kind]}</span>
                  {line.kind !== "same" && <span className="visually-hidden">{t(`diff.${line.kind}`)}</span>}
                </td>
                <td>
                  <RawText text={line.text === "" ? " " : line.text} block />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
