import { visiblePieces } from "../kit/hostile-text.ts";
import { useText } from "../kit/i18n/text.tsx";
import { RawText } from "../kit/raw-text.tsx";
import { type YamlPiece, yamlLines } from "./rule-yaml.ts";

const NONE: ReadonlySet<number> = new Set();

function isPlain(line: string): boolean {
  return visiblePieces(line, true).every((piece) => piece.kind === "text");
}

/** A coloured line; a line with invisible characters gives up its colours to show them. */
export function RuleLine({ line, pieces }: { line: string; pieces: readonly YamlPiece[] }) {
  if (line === "" || !isPlain(line)) return <RawText text={line === "" ? " " : line} block />;
  return (
    <span className="raw block" translate="no">
      {pieces.map((piece, index) =>
        piece.part === "plain" ? (
          piece.text
        ) : (
          <span key={index} className={`yaml-${piece.part}`}>
            {piece.text}
          </span>
        ),
      )}
    </span>
  );
}

/** A rule as its author wrote it, with line numbers; the lines that matched are marked by colour and by a bar. */
export function RuleText({ text, matched = NONE }: { text: string; matched?: ReadonlySet<number> }) {
  const t = useText();
  const shown = text.replace(/\n$/u, "");
  const coloured = yamlLines(shown);
  return (
    // A scrollable region must be reachable by keyboard
    <div className="rule-text" tabIndex={0} role="region" aria-label={t("rule.text")} data-testid="rule-text">
      <ol>
        {shown.split("\n").map((line, index) => {
          const hit = matched.has(index + 1);
          return (
            <li key={`${index}-${line}`} className={hit ? "hit" : undefined}>
              <RuleLine line={line} pieces={coloured[index] ?? []} />
              {hit && <span className="visually-hidden">{t("why.line_matched")}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
