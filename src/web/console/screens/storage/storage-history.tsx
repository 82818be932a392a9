import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, type Text, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import type { AuditEntry } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useStorageHistory } from "./use-storage.ts";

/** What an entry is about, of the details it may have. */
function subjectOf(
  { details, object }: AuditEntry,
  { t, bytes }: { t: Text; bytes: (value: number) => string },
): string {
  const parts: string[] = [];
  if (typeof details["name"] === "string") parts.push(details["name"]);
  if (typeof details["keep"] === "string") parts.push(details["keep"]);
  if (typeof details["rule"] === "string") parts.push(details["rule"]);
  if (typeof details["reason"] === "string") parts.push(details["reason"]);
  if (object?.kind === "segment") parts.push(object.id);
  if (typeof details["events"] === "number") parts.push(t("storage.history.events", { n: details["events"] }));
  if (typeof details["bytes"] === "number") parts.push(bytes(details["bytes"]));
  return parts.join(" · ");
}

/** What was done, by whom, as the audit log has it; only for those who may read that. */
export function StorageHistory({ name, verbs }: { name: string; verbs: readonly string[] }) {
  const t = useText();
  const format = useFormat();
  const { allowed, entries } = useStorageHistory(name, verbs);
  const verbText = (verb: string) => (hasText(`audit.verb.${verb}`) ? t(`audit.verb.${verb}`) : verb);
  return (
    <section className="storage-part" data-testid="storage-history">
      <div className="row section-head">
        <h2 className="grow">{t("storage.history")}</h2>
        {allowed && (
          <Link to="/settings/audit" search={{ verb: verbs[0] ?? "" }}>
            {t("storage.history.all")}
          </Link>
        )}
      </div>
      {!allowed && <p className="quiet">{t("storage.history.closed")}</p>}
      {allowed && entries.isPending && <Skeleton lines={3} />}
      {entries.isError && <FaultView error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data?.length === 0 && <p className="quiet">{t("storage.history.none")}</p>}
      {entries.data !== undefined && entries.data.length > 0 && (
        <Table<AuditEntry>
          label={t("storage.history")}
          className="wide-table"
          rows={entries.data}
          rowKey={({ index }) => String(index)}
          rowTestId="history-row"
          columns={[
            {
              id: "at",
              header: t("audit.at"),
              render: ({ at }) => <time dateTime={at}>{format.exact(new Date(at))}</time>,
            },
            {
              id: "actor",
              header: t("audit.actor"),
              render: ({ actor }) =>
                actor.kind === "system" ? (
                  <span className="quiet">{t("storage.history.itself")}</span>
                ) : (
                  <bdi>{actor.name}</bdi>
                ),
            },
            {
              id: "verb",
              header: t("audit.verb"),
              render: ({ verb, outcome }) => (
                <span className={outcome === "ok" ? "" : "bad-text"}>{verbText(verb)}</span>
              ),
            },
            {
              id: "subject",
              header: t("storage.history.subject"),
              render: (entry) => <SafeText text={subjectOf(entry, { t, bytes: format.bytes })} />,
            },
          ]}
        />
      )}
    </section>
  );
}
