import { Icon } from "../../../../kit/icon.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../../kit/i18n/text.tsx";
import { Table } from "../../../../kit/table.tsx";
import type { RetentionRule, RetentionSettings } from "../../../api/storage-types.ts";
import { AdminButton } from "../admin-button.tsx";
import { keepText } from "../keep-text.ts";

/** How the text was checked, as content says; never more than it says. */
export function VerifiedMark({ rule }: { rule: RetentionRule }) {
  const t = useText();
  const format = useFormat();
  const isRead = rule.verification === "primary";
  return (
    <span
      className={isRead ? "tag holds" : "tag"}
      title={[
        t(`retention.verification.${rule.verification}.hint`),
        t(`retention.confidence.${rule.confidence}`),
        t("retention.as_of", { date: format.date(new Date(rule.as_of)) }),
        rule.note ?? "",
      ]
        .filter((part) => part !== "")
        .join("\n")}
    >
      {isRead && <Icon name="check" />}
      {t(`retention.verification.${rule.verification}`)} · {format.date(new Date(rule.as_of))}
    </span>
  );
}

function KeepCell({ rule }: { rule: RetentionRule }) {
  const t = useText();
  if (rule.keep !== undefined) return <strong>{keepText(rule.keep, t)}</strong>;
  return (
    <ul>
      {Object.entries(rule.keep_by_level ?? {}).map(([level, keep]) => (
        <li key={level}>
          {t("retention.level", { n: Number(level) })}: <strong>{keepText(keep, t)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** Minimum terms by law that the installation knows, and which of them are used. */
export function LawRules({ retention, onUse }: { retention: RetentionSettings; onUse: (rule: RetentionRule) => void }) {
  const t = useText();
  const language = useLanguage();
  const used = new Set(retention.terms.map(({ rule }) => rule));
  return (
    <section className="storage-part">
      <h2>{t("retention.law")}</h2>
      <p className="quiet small">{t("retention.law.why")}</p>
      <Table<RetentionRule>
        label={t("retention.law")}
        className="check-rows wide-table"
        testId="law-list"
        rowTestId="law-row"
        rows={retention.rules}
        rowKey={({ id }) => id}
        columns={[
          {
            id: "text",
            header: t("retention.col.text"),
            render: (rule) => (
              <>
                {rule.instrument}
                <div className="quiet small">{rule.article}</div>
              </>
            ),
          },
          {
            id: "what",
            header: t("retention.col.what"),
            render: (rule) => (
              <>
                {rule.what[language]}
                <div className="quiet small">{rule.applies_to[language]}</div>
              </>
            ),
          },
          { id: "keep", header: t("retention.col.least"), render: (rule) => <KeepCell rule={rule} /> },
          { id: "checked", header: t("retention.col.checked"), render: (rule) => <VerifiedMark rule={rule} /> },
          {
            id: "use",
            header: t("imports.actions"),
            silentHeader: true,
            numeric: true,
            render: (rule) =>
              used.has(rule.id) ? (
                <span className="quiet">{t("retention.used")}</span>
              ) : (
                <AdminButton onClick={() => onUse(rule)} data-testid="law-use">
                  {t("retention.use")}
                </AdminButton>
              ),
          },
        ]}
      />
    </section>
  );
}
