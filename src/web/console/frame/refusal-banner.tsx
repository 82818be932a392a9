import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { hasText, useText } from "../../kit/i18n/text.tsx";
import { Icon } from "../../kit/icon.tsx";
import { api } from "../api/client.ts";
import { useMay } from "../api/session.ts";
import type { IngestState } from "../api/types.ts";
import { useLiveIngest } from "../live/live.tsx";

/** While the journal cannot be written nothing is seen any more: that is told wherever one is. */
export function RefusalBanner() {
  const t = useText();
  const may = useMay();
  const live = useLiveIngest();
  // What was before this page was opened.
  const before = useQuery({
    queryKey: ["sensors", "ingest"],
    queryFn: ({ signal }) => api.get<IngestState>("/ingest", undefined, signal),
    enabled: live === undefined && may("sensors.read"),
  });
  const code = live === undefined ? before.data?.journal.refusal : live.refusal;
  if (code === undefined || code === null) return null;
  const key = `fault.${code}`;
  return (
    <section className="refusal-banner" role="alert" data-testid="refusal-banner">
      <Icon name="alerts" />
      <strong>{t("refusal.title")}</strong>
      <span>{code === "lake.journal.disk_full" && hasText(key) ? t(key) : t("refusal.body", { code })}</span>
      {may("watch.read") && (
        <Link to="/storage" className="button">
          {t("place.storage")}
        </Link>
      )}
    </section>
  );
}
