import "./people.css";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { EscalationPolicy, EscalationView } from "../../api/people-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { PEOPLE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { DutyBoard } from "./duty-board.tsx";
import { PolicyDialog } from "./policy-dialog.tsx";
import { useEscalations, useRoster, useRotas } from "./use-people.ts";

type Entry = EscalationView["history"][number];

function useTargetText() {
  const roster = useRoster();
  const rotas = useRotas();
  return (target: EscalationPolicy["steps"][number]["target"]): string =>
    target.kind === "rota"
      ? (rotas.data?.items.find(({ id }) => id === target.rotaId)?.name ?? target.rotaId)
      : (roster.data?.items.find(({ id }) => id === target.personId)?.name ?? target.personId);
}

function PolicyView({ policy, onEdit }: { policy: EscalationPolicy; onEdit: (() => void) | undefined }) {
  const t = useText();
  const targetText = useTargetText();
  return (
    <section className="policy" data-testid="policy">
      <div className="row section-head">
        <h2 className="grow">
          <SafeText text={policy.name} />{" "}
          <span className="quiet small">{t(policy.enabled ? "escalation.on" : "escalation.off")}</span>
        </h2>
        {onEdit !== undefined && <Button onClick={onEdit}>{t("destinations.change")}</Button>}
      </div>
      <ol className="steps">
        {policy.steps.map((step, at) => (
          <li key={at}>
            <strong>
              {step.afterMinutes === 0 ? t("escalation.at_once") : t("escalation.after", { n: step.afterMinutes })}
            </strong>{" "}
            <SafeText text={targetText(step.target)} />{" "}
            <span className="quiet">({step.ways.map((way) => t(`escalation.way.${way}`)).join(", ")})</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function History({ entries }: { entries: readonly Entry[] }) {
  const t = useText();
  const columns: TableColumn<Entry>[] = [
    { id: "at", header: t("notices.at"), render: ({ at }) => <When at={at} as="both" /> },
    {
      id: "alert",
      header: t("alert.title"),
      names: true,
      render: ({ alertId, title }) => (
        <Link to="/alerts" search={{ status: "all", alert: alertId }}>
          <SafeText text={title} />
        </Link>
      ),
    },
    {
      id: "step",
      header: t("escalation.step"),
      render: ({ step, policy }) =>
        step < 0 ? t("escalation.taken") : t("escalation.step_n", { n: step + 1, policy }),
    },
    {
      id: "called",
      header: t("escalation.called"),
      render: ({ step, called }) => {
        if (step < 0) return <span className="quiet">—</span>;
        if (called.length === 0) return <span className="bad-text">{t("shifts.nobody")}</span>;
        return called
          .map(({ name, ways }) =>
            ways.length === 0
              ? t("escalation.unreached", { name })
              : `${name} (${ways.map((way) => t(`escalation.way.${way}`)).join(", ")})`,
          )
          .join("; ");
      },
    },
  ];
  return (
    <section data-testid="escalation-history">
      <h2>{t("escalation.history")}</h2>
      {entries.length === 0 ? (
        <p className="quiet">{t("escalation.history.none")}</p>
      ) : (
        <Table
          label={t("escalation.history")}
          rows={entries}
          rowKey={({ alertId, policy, step }) => `${alertId}-${policy}-${step}`}
          rowTestId="escalation-row"
          columns={columns}
        />
      )}
    </section>
  );
}

/** Who is called when nobody takes a critical alert, and who was. */
export function EscalationsPage() {
  const t = useText();
  const may = useMay()("people.write");
  const escalations = useEscalations();
  const [asking, setAsking] = useState<"new" | EscalationPolicy>();
  const policies = escalations.data?.policies ?? [];
  const create = may && (
    <Button kind="primary" icon="plus" onClick={() => setAsking("new")} data-testid="policy-new">
      {t("escalation.new")}
    </Button>
  );
  return (
    <>
      <PageTabs tabs={PEOPLE_TABS} label={t("place.people")} />
      <div className="page-body people" data-testid="escalations">
        <div className="row">
          <h1 className="grow">{t("place.escalations")}</h1>
          {policies.length > 0 && create}
        </div>
        {escalations.isPending && <Skeleton lines={6} />}
        {escalations.isError && <FaultView error={escalations.error} onRetry={() => void escalations.refetch()} />}
        {escalations.isSuccess && (
          <>
            <DutyBoard />
            {policies.length === 0 ? (
              <Empty title={t("escalation.none.title")} action={create}>
                {t("escalation.none.body")}
              </Empty>
            ) : (
              policies.map((policy) => (
                <PolicyView key={policy.id} policy={policy} onEdit={may ? () => setAsking(policy) : undefined} />
              ))
            )}
            <History entries={escalations.data.history} />
          </>
        )}
      </div>
      {asking !== undefined && (
        <PolicyDialog {...(asking === "new" ? {} : { known: asking })} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}
