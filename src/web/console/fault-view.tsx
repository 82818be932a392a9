import { Link } from "@tanstack/react-router";
import { Button } from "../kit/button.tsx";
import { CopyButton } from "../kit/copy-button.tsx";
import { hasText, type Text, useText } from "../kit/i18n/text.tsx";
import { ApiFault } from "./api/client.ts";

/** The catalogue's sentence for a code, else what the server said. */
export function faultText(error: unknown, t: Text): string {
  if (!(error instanceof ApiFault)) return t("fault.unexpected");
  const key = `fault.${error.code}`;
  if (hasText(key)) return t(key, error.params);
  const byStatus = `fault.http.status.${error.status}`;
  return error.detail ?? (hasText(byStatus) ? t(byStatus) : t("fault.unexpected"));
}

function report(error: unknown): string {
  if (!(error instanceof ApiFault)) return String(error);
  return JSON.stringify({
    code: error.code,
    status: error.status,
    detail: error.detail,
    params: error.params,
    request: error.requestId,
    at: new Date().toISOString(),
    page: location.pathname,
  });
}

/** Not done and nothing wrong: another person has to agree first. */
function RequestOpened({ id }: { id: string }) {
  const t = useText();
  return (
    <div className="notice good" role="status" data-testid="request-opened">
      <p>
        {t("fault.approvals.request.opened")}{" "}
        <Link to="/settings/approvals" search={{ request: id }}>
          {t("approvals.see")}
        </Link>
      </p>
    </div>
  );
}

/** What happened, what to do, the code to quote and a way to try again. */
export function FaultView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText();
  const fault = error instanceof ApiFault ? error : undefined;
  if (fault?.code === "approvals.request.opened") return <RequestOpened id={String(fault.params["request"])} />;
  const advice =
    fault?.status === 0
      ? t("fault.advice.network")
      : fault?.status === 403
        ? t("fault.advice.forbidden")
        : t("fault.advice.other");
  return (
    <div className="notice bad" role="alert" data-testid="fault">
      <div className="stack">
        <div>
          <p>
            <strong>{faultText(error, t)}</strong>
          </p>
          <p className="quiet">{advice}</p>
        </div>
        <div className="row wrap">
          {onRetry !== undefined && (
            <Button icon="refresh" onClick={onRetry}>
              {t("action.retry")}
            </Button>
          )}
          <CopyButton text={report(error)} label={t("action.copy_report")} />
          <code className="quiet">{fault?.code ?? "client.error"}</code>
        </div>
      </div>
    </div>
  );
}
