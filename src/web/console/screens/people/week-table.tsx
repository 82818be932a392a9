import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import type { Calendar, Duty, Rota } from "../../api/people-types.ts";
import { clockOf } from "../notices/clock-time.ts";
import { addDays, dateOf, today } from "./week.ts";

const WEEK = [0, 1, 2, 3, 4, 5, 6] as const;

interface CellProps {
  readonly duty: Duty | undefined;
  readonly onDuty: ((duty: Duty) => void) | undefined;
}

function People({ duty }: { duty: Duty }) {
  const t = useText();
  const missing = duty.minimum - duty.people.length;
  return (
    <>
      {duty.people.map(({ id, name, by }) => (
        <span key={id} className={by === "swap" ? "on-duty swapped" : "on-duty"}>
          <SafeText text={name} />
          {by === "swap" && <span className="visually-hidden"> {t("shifts.swapped")}</span>}
        </span>
      ))}
      {duty.absent.map(({ id, name }) => (
        <s key={id} className="on-duty quiet">
          <span className="visually-hidden">{t("shifts.away")} </span>
          <SafeText text={name} />
        </s>
      ))}
      {missing > 0 && <strong className="bad-text">{t("shifts.missing", { n: missing })}</strong>}
    </>
  );
}

function Cell({ duty, onDuty }: CellProps) {
  const t = useText();
  if (duty === undefined) return <td className="quiet">—</td>;
  return (
    <td>
      {onDuty === undefined ? (
        <People duty={duty} />
      ) : (
        <button
          type="button"
          className="duty-cell"
          onClick={() => onDuty(duty)}
          title={t("shifts.swap.title")}
          data-testid="duty-cell"
        >
          <People duty={duty} />
        </button>
      )}
    </td>
  );
}

interface WeekTableProps {
  readonly rota: Rota;
  readonly calendar: Calendar;
  readonly from: string;
  readonly onDuty: ((duty: Duty) => void) | undefined;
}

/** Shifts down, days across; hours are those of the rota's own clock. */
export function WeekTable({ rota, calendar, from, onDuty }: WeekTableProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
  const now = today();
  return (
    <TableScroll label={rota.name}>
      <table className="table week-table" data-testid="week-table">
        <thead>
          <tr>
            <th scope="col">{t("shifts.shift")}</th>
            {WEEK.map((at) => {
              const day = addDays(from, at);
              return (
                <th key={day} scope="col" aria-current={day === now ? "date" : undefined}>
                  {weekday.format(dateOf(day))}{" "}
                  <span className="num">{format.date(dateOf(day)).slice(0, language === "vi" ? 5 : 6)}</span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rota.shifts.map((shift, index) => (
            <tr key={`${shift.name}-${index}`}>
              <th scope="row">
                <SafeText text={shift.name} />
                <div className="quiet small">
                  {clockOf(shift.from)}–{clockOf(shift.from + shift.minutes)}
                </div>
              </th>
              {WEEK.map((at) => {
                const day = addDays(from, at);
                const duty = calendar.duties.find(
                  (one) => one.rotaId === rota.id && one.shift === index && one.day === day,
                );
                return <Cell key={day} duty={duty} onDuty={onDuty} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
