import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Dialog } from "../../../kit/dialog.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { Alert, Finding, FindingPage } from "../../api/types.ts";
import { useStoredEvent } from "../../events/stored-event.tsx";
import { FaultView } from "../../fault-view.tsx";
import { ExceptionDialog } from "../rules/exception/exception-dialog.tsx";
import { testsFor } from "../rules/exception/exception-form.ts";
import { useRule } from "../rules/use-rule.ts";
import { ruleTitle } from "./columns.tsx";

function BaseRule({ id }: { id: string }) {
  const language = useLanguage();
  const rule = useRule(id);
  return (
    <Link to="/rules/$id" params={{ id }} search={{ tab: "tuning" }}>
      {rule.data === undefined ? id : <SafeText text={ruleTitle(rule.data.rule, language)} />}
    </Link>
  );
}

/** A correlation is not excepted from: its base rules are. */
function AtBaseRules({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const t = useText();
  const ids = [...new Set(finding.correlation?.events.map((event) => event.ruleId))];
  return (
    <Dialog title={t("exception.new")} onClose={onClose} testId="exception-base">
      <div className="dialog-body stack">
        <p>{t("exception.only_detections")}</p>
        <ul className="bullets">
          {ids.map((id) => (
            <li key={id}>
              <BaseRule id={id} />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** The exception dialog as an alert needs it: its latest event at hand, its entity as the first test. */
export function AlertException({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const t = useText();
  const newest = useQuery({
    queryKey: ["findings", alert.id, "newest"],
    queryFn: ({ signal }) =>
      api.get<FindingPage>(`/alerts/${encodeURIComponent(alert.id)}/findings`, { limit: 1 }, signal),
  });
  const finding = newest.data?.items[0];
  const event = useStoredEvent(finding?.correlation === null ? finding.eventId : undefined);
  if (newest.isPending || event.isLoading) {
    return (
      <Dialog title={t("exception.new")} onClose={onClose}>
        <div className="dialog-body">
          <Skeleton />
        </div>
      </Dialog>
    );
  }
  if (newest.isError) {
    return (
      <Dialog title={t("exception.new")} onClose={onClose}>
        <div className="dialog-body">
          <FaultView error={newest.error} onRetry={() => void newest.refetch()} />
        </div>
      </Dialog>
    );
  }
  if (finding !== undefined && finding.correlation !== null) return <AtBaseRules finding={finding} onClose={onClose} />;
  // An event that is no longer stored takes its fields with it; the exception can still be written by hand.
  return (
    <ExceptionDialog
      rule={alert.rule}
      event={event.data}
      tests={event.data === undefined ? [] : testsFor(event.data, alert.entity.value)}
      onClose={onClose}
    />
  );
}
