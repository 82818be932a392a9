import "./people.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { Calendar, Duty, Rota } from "../../api/people-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { PEOPLE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { DutyBoard } from "./duty-board.tsx";
import { AbsenceDialog, SwapDialog } from "./exception-dialogs.tsx";
import { CalendarProblems, ExceptionList } from "./problems.tsx";
import { RotaDialog } from "./rota-dialog.tsx";
import { useCalendar, useRotas } from "./use-people.ts";
import { addDays, today, weekStart } from "./week.ts";
import { WeekTable } from "./week-table.tsx";

type Asking =
  | { readonly what: "absence" | "new" }
  | { readonly what: "edit"; readonly rota: Rota }
  | { readonly what: "swap"; readonly duty: Duty };

interface HeadProps {
  readonly from: string;
  readonly may: boolean;
  readonly onAsk: (asking: Asking) => void;
}

function Head({ from, may, onAsk }: HeadProps) {
  const t = useText();
  const navigate = useNavigate();
  const go = (day: string | undefined) =>
    void navigate({ to: "/people/shifts", search: day === undefined ? {} : { from: day } });
  return (
    <div className="page-head">
      <h1 className="visually-hidden">{t("place.shifts")}</h1>
      <IconButton
        icon="left"
        label={t("shifts.before")}
        onClick={() => go(addDays(from, -7))}
        data-testid="week-before"
      />
      <Button onClick={() => go(undefined)}>{t("shifts.this_week")}</Button>
      <IconButton
        icon="right"
        label={t("shifts.after")}
        onClick={() => go(addDays(from, 7))}
        data-testid="week-after"
      />
      <span className="grow" />
      {may && (
        <>
          <Button onClick={() => onAsk({ what: "absence" })} data-testid="absence-new">
            {t("shifts.absence")}
          </Button>
          <Button kind="primary" icon="plus" onClick={() => onAsk({ what: "new" })} data-testid="rota-new">
            {t("shifts.new_rota")}
          </Button>
        </>
      )}
    </div>
  );
}

function Week({ calendar, rotas, from, may, onAsk }: HeadProps & { calendar: Calendar; rotas: readonly Rota[] }) {
  const t = useText();
  return (
    <>
      <DutyBoard />
      {rotas.map((rota) => (
        <section key={rota.id} className="rota">
          <div className="row section-head">
            <h2 className="grow">
              {rota.name}{" "}
              <span className="quiet small">
                {t(`shifts.kind.${rota.kind}`)} · {rota.timeZone}
              </span>
            </h2>
            {may && (
              <Button onClick={() => onAsk({ what: "edit", rota })} data-testid="rota-edit">
                {t("shifts.edit_rota")}
              </Button>
            )}
          </div>
          <WeekTable
            rota={rota}
            calendar={calendar}
            from={from}
            onDuty={may ? (duty) => onAsk({ what: "swap", duty }) : undefined}
          />
        </section>
      ))}
      <CalendarProblems calendar={calendar} />
      <ExceptionList calendar={calendar} may={may} />
    </>
  );
}

/** A week of every rota, what is wrong with it, and what differs from the turn. */
export function ShiftsPage() {
  const t = useText();
  const may = useMay()("people.write");
  const { from = weekStart(today()) } = useSearch({ from: "/people/shifts" });
  const rotas = useRotas();
  const calendar = useCalendar(from);
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  const items = rotas.data?.items ?? [];
  const error = rotas.error ?? calendar.error;
  return (
    <>
      <PageTabs tabs={PEOPLE_TABS} label={t("place.people")} />
      <Head from={from} may={may && items.length > 0} onAsk={setAsking} />
      <div className="page-body people" data-testid="shifts">
        {(rotas.isPending || calendar.isPending) && <Skeleton lines={8} />}
        {error !== null && <FaultView error={error} onRetry={() => void calendar.refetch()} />}
        {rotas.isSuccess && items.length === 0 && (
          <Empty
            title={t("shifts.none.title")}
            action={
              may && (
                <Button kind="primary" icon="plus" onClick={() => setAsking({ what: "new" })} data-testid="rota-new">
                  {t("shifts.new_rota")}
                </Button>
              )
            }
          >
            {t("shifts.none.body")}
          </Empty>
        )}
        {calendar.isSuccess && items.length > 0 && (
          <Week calendar={calendar.data} rotas={items} from={from} may={may} onAsk={setAsking} />
        )}
      </div>
      {asking?.what === "absence" && <AbsenceDialog onClose={close} />}
      {asking?.what === "swap" && <SwapDialog duty={asking.duty} onClose={close} />}
      {asking?.what === "new" && <RotaDialog onClose={close} />}
      {asking?.what === "edit" && <RotaDialog known={asking.rota} onClose={close} />}
    </>
  );
}
