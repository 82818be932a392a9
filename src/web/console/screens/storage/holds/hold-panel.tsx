import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { IconButton } from "../../../../kit/button.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { When } from "../../../../kit/when.tsx";
import type { Hold } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { AdminButton } from "../admin-button.tsx";
import { holdExtentQuery } from "../use-storage.ts";
import { HoldName, HoldState } from "./hold-list.tsx";
import { ReleaseDialog } from "./release-dialog.tsx";
import { ScopeView } from "./scope-view.tsx";

/** What it finds, and what is kept for it: whole segments. */
function Extent({ id }: { id: string }) {
  const t = useText();
  const format = useFormat();
  const extent = useQuery(holdExtentQuery(id));
  if (extent.isPending) return <Skeleton lines={2} />;
  if (extent.isError) return <FaultView error={extent.error} onRetry={() => void extent.refetch()} />;
  const { events, segments, segmentEvents, bytes } = extent.data;
  return (
    <section data-testid="hold-extent">
      <h3 className="section-head">{t("holds.extent")}</h3>
      <p>{t("holds.finds", { events: format.number(events), n: segments })}</p>
      <p className="quiet small">
        {t(segments === 0 ? "holds.extent.hot" : "holds.extent.whole", {
          events: format.number(segmentEvents),
          bytes: format.bytes(bytes),
        })}
      </p>
    </section>
  );
}

/** Placed, released: what was done, with the reasons given. */
function Steps({ hold }: { hold: Hold }) {
  const t = useText();
  return (
    <section>
      <h3 className="section-head">{t("storage.history")}</h3>
      <ol className="history">
        <li>
          <bdi>{hold.placedBy}</bdi> {t("holds.did_place")} · <When at={hold.placedAt} as="both" />
          <blockquote className="hold-reason">
            <SafeText text={hold.reason} />
          </blockquote>
        </li>
        {hold.releasedAt !== null && (
          <li>
            <bdi>{hold.releasedBy}</bdi> {t("holds.did_release")} · <When at={hold.releasedAt} as="both" />
            <blockquote className="hold-reason">
              <SafeText text={hold.releaseReason ?? ""} />
            </blockquote>
          </li>
        )}
      </ol>
    </section>
  );
}

export function HoldPanel({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const t = useText();
  const [releasing, setReleasing] = useState(false);
  return (
    <section className="panel" aria-label={t("holds.panel")} data-testid="hold-panel">
      <header className="panel-head">
        <div className="row">
          <HoldState hold={hold} />
          <span className="grow" />
          {hold.releasedAt === null && !hold.ofCase && (
            <AdminButton icon="release" onClick={() => setReleasing(true)} data-testid="hold-release">
              {t("holds.release")}
            </AdminButton>
          )}
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>
          <HoldName hold={hold} />
        </h2>
      </header>
      <div className="tab-body stack">
        {hold.concealed || hold.scope === null ? (
          <>
            <p>{t("holds.concealed.means")}</p>
            <p className="quiet">
              {t("holds.placed")} <When at={hold.placedAt} as="both" />
            </p>
          </>
        ) : (
          <>
            {hold.releasedAt === null && <Extent id={hold.id} />}
            {hold.releasedAt === null && hold.ofCase && <p data-testid="hold-of-case">{t("holds.of_case")}</p>}
            <ScopeView scope={hold.scope} />
            <Steps hold={hold} />
          </>
        )}
      </div>
      {releasing && <ReleaseDialog hold={hold} onClose={() => setReleasing(false)} />}
    </section>
  );
}
