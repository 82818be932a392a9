import "../settings.css";
import "./security.css";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { api } from "../../../api/client.ts";
import { useSession } from "../../../api/session.ts";
import type { SessionEntry } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { SETTINGS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { FactorSections } from "./factor-sections.tsx";
import { SessionTable } from "./session-table.tsx";
import { SESSIONS, useFactors, useOwnSessions } from "./use-factors.ts";

function OwnSessions() {
  const t = useText();
  const client = useQueryClient();
  const sessions = useOwnSessions();
  const end = useMutation({
    mutationFn: (session: SessionEntry | undefined) =>
      api.remove(session === undefined ? "/session/list" : `/session/list/${encodeURIComponent(session.id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
  const items = sessions.data?.items ?? [];
  return (
    <section>
      <div className="row">
        <h2 className="grow">{t("sessions.own.title")}</h2>
        {items.length > 1 && (
          <Button onClick={() => end.mutate(undefined)} disabled={end.isPending} data-testid="sessions-end-all">
            {t("sessions.own.end_all")}
          </Button>
        )}
      </div>
      {sessions.isError && <FaultView error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.isError && <FaultView error={end.error} />}
      {items.length > 0 && (
        <SessionTable sessions={items} busy={end.isPending} onEnd={(session) => end.mutate(session)} />
      )}
    </section>
  );
}

/** How one signs in, and where one is signed in. */
export function Security() {
  const t = useText();
  const { secondFactor } = useSession();
  const factors = useFactors();
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings security" data-testid="security">
        <h1>{t("place.security")}</h1>
        {!secondFactor.has && (
          <p className="notice" data-testid="factor-advice">
            {t(secondFactor.required ? "factor.needed" : "factor.advice")}
          </p>
        )}
        {factors.isPending && <Skeleton />}
        {factors.isError && <FaultView error={factors.error} onRetry={() => void factors.refetch()} />}
        {factors.isSuccess && <FactorSections has={factors.data} />}
        <OwnSessions />
      </div>
    </>
  );
}
