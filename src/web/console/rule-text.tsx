import { useText } from "../kit/i18n/text.tsx";
import { RawText } from "../kit/raw-text.tsx";

const NONE: ReadonlySet<number> = new Set();

/** A rule as its author wrote it, with line numbers; the lines that matched are marked by colour and by a bar. */
export function RuleText({ text, matched = NONE }: { text: string; matched?: ReadonlySet<number> }) {
  const t = useText();
  return (
    // A scrollable region must be reachable by keyboard
    <div className="rule-text" tabIndex={0} role="region" aria-label={t("rule.text")} data-testid="rule-text">
      <ol>
        {text
          .replace(/\n$/u, "")
          .split("\n")
          .map((line, index) => {
            const hit = matched.has(index + 1);
            return (
              <li key={`${index}-${line}`} className={hit ? "hit" : undefined}>
                <RawText text={line === "" ? " " : line} block />
                {hit && <span className="visually-hidden">{t("why.line_matched")}</span>}
              </li>
            );
          })}
      </ol>
    </div>
  );
}
