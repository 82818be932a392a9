import { useState } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { FieldSummaryResponse } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";

type Field = FieldSummaryResponse["fields"][number];

function TopValues({ field }: { field: Field }) {
  const t = useText();
  const format = useFormat();
  const most = field.top[0]?.count ?? 1;
  return (
    <ul>
      {field.top.map((entry) => (
        <li key={entry.value}>
          <div className="row">
            <span className="truncate grow">
              <Value field={field.name} value={entry.value} />
            </span>
            <span className="quiet num">{format.number(entry.count)}</span>
          </div>
          <meter min={0} max={most} value={entry.count} aria-label={t("hunt.share")} />
        </li>
      ))}
    </ul>
  );
}

function FieldEntry({
  field,
  columns,
  onColumn,
  onGroup,
}: {
  field: Field;
  columns: readonly string[];
  onColumn: (name: string) => void;
  onGroup: (name: string) => void;
}) {
  const t = useText();
  const format = useFormat();
  // A source has hundreds of fields; the values of those nobody opened are not laid out.
  const [open, setOpen] = useState(false);
  return (
    <details className="field-entry" data-testid="field-entry" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="truncate grow">
          <RawText text={field.name} />
        </span>
        <span className="quiet num">{format.number(field.distinct)}</span>
      </summary>
      {open && <TopValues field={field} />}
      <div className="row">
        <button type="button" className="text-button" onClick={() => onGroup(field.name)}>
          {t("value.group")}
        </button>
        <button type="button" className="text-button" onClick={() => onColumn(field.name)}>
          {columns.includes(field.name) ? t("hunt.column.remove") : t("hunt.column.add")}
        </button>
      </div>
    </details>
  );
}

interface SidebarProps {
  readonly summary: FieldSummaryResponse | undefined;
  readonly columns: readonly string[];
  readonly onColumn: (name: string) => void;
  readonly onGroup: (name: string) => void;
}

const KINDS = ["attribute", "entity", "native"] as const;

/** Fields of what was found, with their commonest values; figures are of a sample and say so. */
export function FieldsSidebar({ summary, columns, onColumn, onGroup }: SidebarProps) {
  const t = useText();
  const format = useFormat();
  const [wanted, setWanted] = useState("");
  const fields = (summary?.fields ?? []).filter((field) => field.name.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <aside className="fields" aria-label={t("hunt.fields")}>
      <input
        type="search"
        className="input"
        aria-label={t("event.filter_fields")}
        placeholder={t("event.filter_fields")}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {summary !== undefined && summary.isSample && (
        <p className="quiet small">
          {t("hunt.sample", { n: format.number(summary.sampled), of: format.number(summary.total) })}
        </p>
      )}
      {KINDS.map((kind) => {
        const own = fields.filter((field) => field.kind === kind);
        return own.length === 0 ? null : (
          <section key={kind}>
            <h2 className="small quiet">{t(`hunt.kind.${kind}`)}</h2>
            {own.map((field) => (
              <FieldEntry key={field.name} field={field} columns={columns} onColumn={onColumn} onGroup={onGroup} />
            ))}
          </section>
        );
      })}
    </aside>
  );
}
