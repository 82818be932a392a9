import { Empty } from "../../../../kit/empty.tsx";
import { IconButton } from "../../../../kit/button.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Table } from "../../../../kit/table.tsx";
import { useMay } from "../../../api/session.ts";
import type { RetentionSettings, Storage, Term } from "../../../api/storage-types.ts";
import { AdminButton } from "../admin-button.tsx";
import { citation, keepText, sourcesText } from "../keep-text.ts";
import { VerifiedMark } from "./law-rules.tsx";

interface TermListProps {
  readonly retention: RetentionSettings;
  readonly storage: Storage | undefined;
  readonly onNew: () => void;
  readonly onEdit: (term: Term) => void;
  readonly onRemove: (term: Term) => void;
}

function Basis({ term, retention }: { term: Term; retention: RetentionSettings }) {
  const t = useText();
  if (term.rule === null) return <span className="quiet">{t("retention.own")}</span>;
  const rule = retention.rules.find(({ id }) => id === term.rule);
  if (rule === undefined) return <span className="bad-text">{t("retention.rule_gone", { rule: term.rule })}</span>;
  return (
    <>
      {citation(rule)}
      {term.level !== null && ` · ${t("retention.level", { n: term.level })}`}
      <div>
        <VerifiedMark rule={rule} />
      </div>
    </>
  );
}

/** Sources for which this term ends last. */
function decided(term: Term, storage: Storage | undefined): number {
  return storage?.sources.filter(({ decidingTerm }) => decidingTerm === term.id).length ?? 0;
}

export function TermList({ retention, storage, onNew, onEdit, onRemove }: TermListProps) {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const { terms } = retention;
  const create = (
    <AdminButton kind="primary" icon="plus" onClick={onNew} data-testid="term-new">
      {t("retention.term.new")}
    </AdminButton>
  );
  const withoutTerm = storage?.sources.filter(({ decidingTerm }) => decidingTerm === null).length ?? 0;
  return (
    <section className="storage-part first">
      <div className="row section-head">
        <h2 className="grow">{t("retention.terms")}</h2>
        {terms.length > 0 && create}
      </div>
      {terms.length === 0 ? (
        <Empty title={t("retention.none")} action={create}>
          {t("retention.none.why")}
        </Empty>
      ) : (
        <>
          <p className="quiet small">
            {t("retention.longest")} {withoutTerm > 0 && t("retention.without", { n: withoutTerm })}
          </p>
          <Table<Term>
            label={t("retention.terms")}
            className="check-rows wide-table"
            testId="term-list"
            rowTestId="term-row"
            rows={terms}
            rowKey={({ id }) => id}
            columns={[
              {
                id: "name",
                header: t("retention.col.name"),
                render: (term) => <SafeText text={term.name} />,
              },
              {
                id: "sources",
                header: t("retention.col.sources"),
                render: (term) => <SafeText text={sourcesText(term, t)} />,
              },
              {
                id: "keep",
                header: t("retention.col.keep"),
                render: (term) => (
                  <strong>{term.keep === null ? t("storage.without_end") : keepText(term.keep, t)}</strong>
                ),
              },
              {
                id: "basis",
                header: t("retention.col.basis"),
                render: (term) => <Basis term={term} retention={retention} />,
              },
              {
                id: "decides",
                header: t("retention.col.decides"),
                numeric: true,
                render: (term) => format.number(decided(term, storage)),
              },
              {
                id: "changed",
                header: t("retention.col.changed"),
                render: (term) => (
                  <>
                    {format.date(new Date(term.changedAt))}
                    <div className="quiet small">
                      <bdi>{term.changedBy}</bdi>
                    </div>
                  </>
                ),
              },
              ...(may("storage.admin")
                ? [
                    {
                      id: "do",
                      header: t("imports.actions"),
                      silentHeader: true,
                      numeric: true,
                      render: (term: Term) => (
                        <span className="row term-actions">
                          <IconButton
                            icon="note"
                            label={t("retention.term.edit", { name: term.name })}
                            onClick={() => onEdit(term)}
                            data-testid="term-edit"
                          />
                          <IconButton
                            icon="close"
                            label={t("retention.term.remove", { name: term.name })}
                            onClick={() => onRemove(term)}
                            data-testid="term-remove"
                          />
                        </span>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </>
      )}
    </section>
  );
}
