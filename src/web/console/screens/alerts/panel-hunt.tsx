import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { Explanation } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";
import { MatchedValues } from "./matched-values.tsx";
import { timingText } from "../saved-hunts/hunt-words.ts";

type Hunt = NonNullable<Explanation["hunt"]>;

function Cell({ column, cell }: { column: Hunt["columns"][number]; cell: Hunt["cells"][number] }) {
  const format = useFormat();
  if (cell === null) return <span className="quiet">–</span>;
  if (column.type === "time") return <time dateTime={String(cell)}>{format.exact(new Date(cell))}</time>;
  if (typeof cell === "number") return format.number(cell);
  return (
    <Value field={column.name} value={cell}>
      <RawText text={cell} />
    </Value>
  );
}

function Row({ hunt }: { hunt: Hunt }) {
  const t = useText();
  return (
    <section>
      <h3 className="section-head">{t("why.hunt.row")}</h3>
      <Table
        label={t("why.hunt.row")}
        testId="hunt-row"
        className="field-table"
        scrolls={false}
        rows={hunt.columns.map((column, at) => ({ column, cell: hunt.cells[at] ?? null }))}
        rowKey={({ column }) => column.name}
        columns={[
          { id: "name", header: t("event.field"), names: true, className: "raw", render: ({ column }) => column.name },
          {
            id: "cell",
            header: t("event.value"),
            render: ({ column, cell }) => <Cell column={column} cell={cell} />,
          },
        ]}
      />
    </section>
  );
}

function Facts({ hunt }: { hunt: Hunt }) {
  const t = useText();
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t("why.hunt")}</dt>
        <dd>
          <SafeText text={hunt.name} />
        </dd>
      </div>
      <div>
        <dt>{t("saved.schedule")}</dt>
        <dd>{hunt.timing === null ? t("saved.off") : timingText(hunt.timing, { t, format })}</dd>
      </div>
      <div>
        <dt>{t("why.hunt.range")}</dt>
        <dd className="num">
          {format.brief(new Date(hunt.from))} – {format.brief(new Date(hunt.to))}
        </dd>
      </div>
    </dl>
  );
}

/** A scheduled hunt asked this question over this range, and this row was among the answers. */
export function HuntWhy({ why, hunt }: { why: Explanation; hunt: Hunt }) {
  const t = useText();
  const asked = { q: hunt.query, from: hunt.from, to: hunt.to, at: hunt.to };
  return (
    <div className="stack" data-testid="hunt-why">
      <Facts hunt={hunt} />
      {!hunt.kept && <p className="quiet">{t("why.hunt.gone")}</p>}
      {hunt.columns.length > 0 && <Row hunt={hunt} />}
      {hunt.columns.length === 0 && why.matched.length === 0 && <p className="quiet">{t("why.hunt.no_event")}</p>}
      {why.matched.length > 0 && <MatchedValues matches={why.matched} part={t("why.condition")} />}
      <section>
        <h3 className="section-head">{t("hunt.query")}</h3>
        <p className="raw-box">
          <RawText text={hunt.query === "" ? "*" : hunt.query} block />
        </p>
        {hunt.changed && <p className="quiet small">{t("why.hunt.changed")}</p>}
        <p className="hunt-again">
          <Link to="/hunt" search={asked} className="button" data-testid="hunt-again">
            <Icon name="play" />
            {t("why.hunt.again")}
          </Link>
        </p>
      </section>
    </div>
  );
}
