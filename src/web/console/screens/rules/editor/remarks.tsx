import "./editor.css";
import { Button } from "../../../../kit/button.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { hasText, useLanguage, useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { ApiFault } from "../../../api/client.ts";
import type { DraftCheck } from "../../../api/rule-types.ts";
import type { LineMark } from "./text-editor.tsx";

interface Remark {
  readonly line: number;
  readonly level: LineMark;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly fix: DraftCheck["lint"][number]["fix"];
}

const ICONS = { error: "close", warning: "alerts", info: "note" } as const;

export function remarksOf(check: DraftCheck | undefined): Remark[] {
  if (check === undefined) return [];
  const problems = check.problems.map((problem): Remark => ({ ...problem, level: "error", fix: null }));
  // What stops the rule comes first; the linter repeats some of it.
  const told = new Set(problems.map(({ line, code }) => `${line} ${code}`));
  const lint = check.lint.filter(({ line, code }) => !told.has(`${line} ${code}`));
  return [...problems, ...lint].toSorted((a, b) => a.line - b.line);
}

/** Reasons of a refused save. */
export function remarksOfFault(error: unknown): Remark[] {
  if (!(error instanceof ApiFault)) return [];
  return error.problems.map(
    ({ line, code, message, hint }): Remark => ({ line, code, message, hint: hint ?? null, level: "error", fix: null }),
  );
}

/**
 * The linter speaks English, with names and values in its sentence. In Vietnamese the kind of remark is said first, and
 * the linter's sentence stays as the detail.
 */
function Message({ remark }: { remark: Remark }) {
  const t = useText();
  const language = useLanguage();
  const key = `remark.${remark.code}`;
  if (language === "en" || !hasText(key)) return <SafeText text={remark.message} />;
  return (
    <>
      {t(key)}
      <span className="quiet" lang="en">
        {" "}
        · <SafeText text={remark.message} />
      </span>
    </>
  );
}

interface RemarksProps {
  readonly remarks: readonly Remark[];
  readonly onLine: (line: number) => void;
  readonly onFix: (text: string) => void;
}

/** Everything wrong or improvable, in the order of the text; each leads to its line. */
export function Remarks({ remarks, onLine, onFix }: RemarksProps) {
  const t = useText();
  return (
    <ul className="remarks" data-testid="remarks">
      {remarks.map((remark, index) => (
        <li key={`${index}-${remark.line}-${remark.code}`} className={remark.level}>
          <Icon name={ICONS[remark.level]} />
          <div className="grow">
            <button type="button" className="text-button" onClick={() => onLine(Math.max(1, remark.line))}>
              {remark.line === 0 ? t("editor.whole") : t("editor.line", { n: remark.line })}
            </button>
            <span className="visually-hidden">{t(`editor.level.${remark.level}`)}: </span>
            <Message remark={remark} />
            {remark.hint !== null && (
              <p className="quiet" lang="en">
                <SafeText text={remark.hint} />
              </p>
            )}
            <div>
              <code className="quiet small">{remark.code}</code>
            </div>
          </div>
          {remark.fix !== null && (
            <Button
              title={remark.fix.description}
              onClick={() => remark.fix !== null && onFix(remark.fix.text)}
              data-testid="apply-fix"
            >
              {t("editor.fix")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
