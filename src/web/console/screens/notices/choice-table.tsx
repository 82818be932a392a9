import { useText } from "../../../kit/i18n/text.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import type { NoticeFrom, NoticeRules, NoticeRulesChange } from "../../api/notice-types.ts";
import { UrgencyMark, useKindText } from "./notice-words.tsx";

type Kind = NoticeRules["kinds"][number];
type Way = NoticeRules["ways"][number];
type Choice = NoticeRulesChange["choices"][number];

const FROM: readonly NoticeFrom[] = ["normal", "high", "critical", "never"];

interface ChoiceTableProps {
  readonly rules: NoticeRules;
  readonly choices: readonly Choice[];
  readonly onChange: (choices: readonly Choice[]) => void;
}

interface CellProps extends Omit<ChoiceTableProps, "rules"> {
  readonly kind: Kind;
  readonly way: Way;
  readonly wayText: string;
}

function ChoiceCell({ kind, way, wayText, choices, onChange }: CellProps) {
  const t = useText();
  const kindText = useKindText();
  const isThis = (choice: Choice) => choice.kind === kind.kind && choice.way === way.way;
  const value = choices.find(isThis)?.from ?? way.unchosen;
  return (
    <select
      className="input"
      aria-label={t("notice_rules.choice", { kind: kindText(kind.kind), way: wayText })}
      value={value}
      onChange={(event) => {
        const from = event.target.value as NoticeFrom;
        onChange([...choices.filter((choice) => !isThis(choice)), { kind: kind.kind, way: way.way, from }]);
      }}
    >
      {FROM.map((from) => (
        <option key={from} value={from}>
          {t(`notice_rules.from.${from}`)}
        </option>
      ))}
    </select>
  );
}

/** Kinds down, ways across. Inside the program everything is told. */
export function ChoiceTable({ rules, choices, onChange }: ChoiceTableProps) {
  const t = useText();
  const kindText = useKindText();
  const columns: TableColumn<Kind>[] = [
    { id: "kind", header: t("notices.what"), names: true, render: ({ kind }) => kindText(kind) },
    { id: "urgency", header: t("notices.urgency"), render: ({ urgency }) => <UrgencyMark urgency={urgency} /> },
    ...rules.ways.map((way): TableColumn<Kind> => {
      const wayText = way.name ?? t(`notice.way.${way.way}`);
      return {
        id: way.way,
        header: wayText,
        render: (kind) => <ChoiceCell {...{ kind, way, wayText, choices, onChange }} />,
      };
    }),
  ];
  return (
    <>
      {rules.ways.length === 0 && <p className="notice">{t("notice_rules.no_ways")}</p>}
      <Table
        label={t("notice_rules.choices")}
        columns={columns}
        rows={rules.kinds}
        rowKey={({ kind }) => kind}
        rowTestId="choice-row"
      />
    </>
  );
}
