import { Link } from "@tanstack/react-router";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import { useMay } from "../../api/session.ts";
import { type Listener, listenerOf, settingLines, snippetsOf } from "./examples.ts";
import { problemText, Rejections } from "./listeners.tsx";
import { TOKEN } from "./ways/addresses.ts";
import { DoorMark } from "./way-list.tsx";
import type { Way } from "./ways/way.ts";

function Command({ place, text }: { place: string; text: string }) {
  return (
    <figure className="snippet">
      <figcaption className="mono small quiet">{place}</figcaption>
      <div className="command">
        {/* A scrollable region must be reachable by keyboard */}
        <pre tabIndex={0} aria-label={place}>
          {text}
        </pre>
        <CopyButton text={text} iconOnly />
      </div>
    </figure>
  );
}

function OpenDoor({ listener }: { listener: Listener }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      {listener.problem !== null && (
        <p className="notice bad" data-testid="door-problem">
          {problemText(listener.problem, t)}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{t("listeners.address")}</dt>
          <dd className="mono">{listener.address}</dd>
        </div>
        <div>
          <dt>{t("listeners.accepted")}</dt>
          <dd>{format.number(listener.accepted)}</dd>
        </div>
        <div>
          <dt>{t("listeners.last")}</dt>
          <dd>{listener.lastAt === null ? "—" : <When at={listener.lastAt} as="both" />}</dd>
        </div>
        {Object.keys(listener.rejected).length > 0 && (
          <div>
            <dt>{t("listeners.rejected")}</dt>
            <dd>
              <Rejections listener={listener} />
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function ClosedDoor({ way }: { way: Way }) {
  const t = useText();
  return (
    <div className="notice" data-testid="way-closed">
      <div className="stack grow">
        <p>{t("connect.closed")}</p>
        <Command place={t("connect.closed.place")} text={settingLines(way)} />
      </div>
    </div>
  );
}

function TokenHint() {
  const t = useText();
  const may = useMay();
  return (
    <p>
      {t("connect.token", { name: TOKEN })}{" "}
      {may("tokens.admin") ? (
        <Link to="/settings/tokens">{t("connect.make_token")}</Link>
      ) : (
        <span className="quiet">{t("connect.ask_token")}</span>
      )}
    </p>
  );
}

interface WayPanelProps {
  readonly way: Way;
  readonly listeners: readonly Listener[];
  readonly onClose: () => void;
}

/** One way in: whether its door is open, what to do on the other side. */
export function WayPanel({ way, listeners, onClose }: WayPanelProps) {
  const t = useText();
  const listener = listenerOf(way, listeners);
  return (
    <section className="panel" aria-label={t(`connect.${way.id}`)} data-testid="way-panel">
      <header className="panel-head">
        <div className="row">
          <DoorMark listener={listener} />
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>{t(`connect.${way.id}`)}</h2>
        {listener !== undefined && <OpenDoor listener={listener} />}
      </header>
      <div className="tab-body way-body stack">
        {listener === undefined && <ClosedDoor way={way} />}
        <p className="way-text">{t(`connect.${way.id}.body`)}</p>
        {way.needsToken && <TokenHint />}
        {snippetsOf(way, listeners, new URL(location.href)).map((snippet) => (
          <Command key={snippet.place + snippet.text} {...snippet} />
        ))}
        <p className="quiet">{t("connect.check")}</p>
      </div>
    </section>
  );
}
