import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { Explanation } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";

export type Match = Explanation["matched"][number];

interface Props {
  readonly matches: readonly Match[];
  /** What the part of a rule or query is called that a value met. */
  readonly part: string;
  /** The name to search a field by. */
  readonly nameOf?: (field: string) => string;
}

/** The values that met something, with what was found marked in them. */
export function MatchedValues({ matches, part, nameOf = (field) => field }: Props) {
  const t = useText();
  return (
    <section>
      <h3 className="section-head">{t("why.values")}</h3>
      <Table
        label={t("why.values")}
        rows={matches}
        rowKey={(match, index) => `${index}-${match.selection}`}
        testId="matched-fields"
        className="field-table"
        scrolls={false}
        columns={[
          {
            id: "field",
            header: t("event.field"),
            names: true,
            className: "raw",
            render: ({ field }) =>
              field === null ? <span className="quiet">{t("why.keyword")}</span> : <RawText text={field} />,
          },
          {
            id: "value",
            header: t("event.value"),
            render: ({ field, value, ranges }) =>
              field === null ? (
                <RawText text={value} ranges={ranges} />
              ) : (
                <Value field={nameOf(field)} value={value}>
                  <RawText text={value} ranges={ranges} />
                </Value>
              ),
          },
          {
            id: "selection",
            header: part,
            className: "quiet",
            render: ({ selection }) => <RawText text={selection} />,
          },
        ]}
      />
    </section>
  );
}
