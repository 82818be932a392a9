import "./sensors.css";
import { Link } from "@tanstack/react-router";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { useIngestState } from "./listeners.tsx";
import { connectExamples } from "./examples.ts";

function Command({ text, label }: { text: string; label: string }) {
  return (
    <div className="command">
      {/* A scrollable region must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyButton text={text} iconOnly />
    </div>
  );
}

/** Ways in, with this installation's own addresses in every command. */
export function Connect() {
  const t = useText();
  const may = useMay();
  const state = useIngestState();
  return (
    <>
      <PageTabs tabs={SENSOR_TABS} label={t("place.sensors")} />
      <div className="page-body connect" data-testid="connect">
        <h1>{t("place.connect")}</h1>
        <p className="quiet">{t("connect.intro")}</p>
        {state.isPending && <Skeleton />}
        {state.isError && <FaultView error={state.error} onRetry={() => void state.refetch()} />}
        {connectExamples(state.data?.listeners ?? [], location).map((example) => (
          <section key={example.id}>
            <h2>{t(`connect.${example.id}`)}</h2>
            <p className="quiet">{t(`connect.${example.id}.body`, { address: example.address })}</p>
            {example.needsToken && (
              <p>
                {may("tokens.admin") ? (
                  <Link to="/settings/tokens">{t("connect.make_token")}</Link>
                ) : (
                  <span className="quiet">{t("connect.ask_token")}</span>
                )}
              </p>
            )}
            <Command text={example.command} label={t(`connect.${example.id}`)} />
          </section>
        ))}
      </div>
    </>
  );
}
