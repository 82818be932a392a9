import { hasText, type Text, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { CaseHistoryEntry } from "../../api/case-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useCaseHistory } from "./use-cases.ts";

const SHORT = 160;

function shortOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(shortOf).join(", ");
  if (typeof value === "object") return "name" in value ? String(value.name) : JSON.stringify(value);
  const text = String(value);
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

/** Words of a fixed choice are the reader's; everything else is told as it was written. */
const CHOICES: Readonly<Record<string, string>> = {
  stage: "case.stage",
  resolution: "case.resolution",
  severity: "severity",
  verdict: "case.verdict",
  confidence: "case.confidence",
  role: "case.role",
  state: "case.task_state",
  direction: "case.direction",
  channel: "case.channel",
};

function valueOf(field: string, value: unknown, t: Text): string {
  const key = `${CHOICES[field] ?? ""}.${String(value)}`;
  return CHOICES[field] !== undefined && hasText(key) ? t(key) : shortOf(value);
}

function nameOf(field: string, t: Text): string {
  const key = `case.changed.${field.toLowerCase()}`;
  return hasText(key) ? t(key) : field;
}

/** Ids and copies of the whole say nothing to a reader. */
const UNTOLD = new Set([
  "kind",
  "facts",
  "time",
  "factKind",
  "version",
  "mergedInto",
  "source",
  "order",
  "holdId",
  "sha256",
  "from",
]);

function Differences({ entry }: { entry: CaseHistoryEntry }) {
  const t = useText();
  if (entry.action === "created" || entry.after === null) return null;
  const fields = Object.keys(entry.after).filter((field) => !UNTOLD.has(field));
  if (fields.length === 0) return null;
  return (
    <ul className="case-differences small">
      {fields.map((field) => (
        <li key={field}>
          <span className="quiet">{nameOf(field, t)}:</span>{" "}
          {entry.before !== null && (
            <>
              <del>
                <SafeText text={valueOf(field, entry.before[field], t)} />
              </del>{" "}
              →{" "}
            </>
          )}
          <SafeText text={valueOf(field, entry.after?.[field], t)} />
        </li>
      ))}
    </ul>
  );
}

/** Everything that was ever changed, newest first. */
export function HistoryTab({ id }: { id: string }) {
  const t = useText();
  const history = useCaseHistory(id);
  if (history.isError) return <FaultView error={history.error} onRetry={() => void history.refetch()} />;
  if (history.data === undefined) return <Skeleton />;
  return (
    <section className="part-section" data-testid="case-history">
      <ol className="history">
        {history.data.items.map((entry) => (
          <li key={entry.id}>
            <p>
              <bdi>
                <strong>{entry.by.name}</strong>
              </bdi>{" "}
              {t(`case.did.${entry.action}`)} <span className="quiet">{t(`case.subject.${entry.subject}`)}</span>
            </p>
            <p className="quiet small">
              <When at={entry.at} as="both" />
            </p>
            <Differences entry={entry} />
            {entry.reason !== null && (
              <blockquote>
                <SafeText text={entry.reason} />
              </blockquote>
            )}
          </li>
        ))}
      </ol>
      {history.data.truncated && <p className="quiet">{t("case.history.truncated")}</p>}
    </section>
  );
}
