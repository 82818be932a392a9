import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { Calendar, Duty } from "../../api/people-types.ts";
import { dateOf } from "./week.ts";
import { useWithdraw } from "./use-people.ts";

function useDutyText(): (duty: Duty) => string {
  const format = useFormat();
  return ({ rota, name, begins }) => `${rota} · ${name} · ${format.brief(new Date(begins))}`;
}

/** Too few, and one person in two places. */
export function CalendarProblems({ calendar }: { calendar: Calendar }) {
  const t = useText();
  const dutyText = useDutyText();
  const { gaps, doubles } = calendar;
  if (gaps.length + doubles.length === 0) return <p className="quiet">{t("shifts.sound")}</p>;
  return (
    <section data-testid="calendar-problems">
      <h2>{t("shifts.problems", { n: gaps.length + doubles.length })}</h2>
      <ul className="plain-list">
        {gaps.map(({ duty, missing }) => (
          <li key={`${duty.rotaId}-${duty.day}-${duty.shift}`}>
            <span className="bad-text">{t("shifts.missing", { n: missing })}</span> · {dutyText(duty)}
          </li>
        ))}
        {doubles.map(({ person, duties }) => (
          <li key={`${person.id}-${duties.map(({ begins }) => begins).join()}`}>
            <span className="bad-text">{t("shifts.double", { name: person.name })}</span> ·{" "}
            {duties.map(dutyText).join(" + ")}
          </li>
        ))}
      </ul>
    </section>
  );
}

type Exception = Calendar["exceptions"][number];

export function ExceptionList({ calendar, may }: { calendar: Calendar; may: boolean }) {
  const t = useText();
  const format = useFormat();
  const withdraw = useWithdraw();
  const what = (one: Exception): string => {
    if (one.kind === "absence") return t("shifts.exception.absence", { name: one.person ?? "" });
    if (one.in === null) return t("shifts.exception.out", { out: one.out ?? "" });
    return one.out === null
      ? t("shifts.exception.in", { in: one.in })
      : t("shifts.exception.swap", { out: one.out, in: one.in });
  };
  const when = (one: Exception): string =>
    one.kind === "absence"
      ? `${format.brief(new Date(one.from ?? ""))} – ${format.brief(new Date(one.to ?? ""))}`
      : format.date(dateOf(one.day ?? ""));
  if (calendar.exceptions.length === 0) return null;
  return (
    <section data-testid="exceptions">
      <h2>{t("shifts.exceptions")}</h2>
      <Table
        label={t("shifts.exceptions")}
        rows={calendar.exceptions}
        rowKey={({ id }) => id}
        columns={[
          { id: "what", header: t("notices.what"), names: true, render: (one) => <SafeText text={what(one)} /> },
          { id: "when", header: t("shifts.when"), render: when },
          { id: "why", header: t("shifts.reason"), render: ({ reason }) => <SafeText text={reason} /> },
          { id: "by", header: t("notices.by"), render: ({ by }) => <bdi>{by.name}</bdi> },
          {
            id: "do",
            header: t("imports.actions"),
            silentHeader: true,
            numeric: true,
            render: ({ id }) =>
              may && (
                <Button kind="plain" disabled={withdraw.isPending} onClick={() => withdraw.mutate(id)}>
                  {t("shifts.withdraw")}
                </Button>
              ),
          },
        ]}
      />
    </section>
  );
}
