import { useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { FaultView } from "../../fault-view.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { Results } from "./results.tsx";
import { MAX_LIVE_ROWS, type Tail, useTail } from "./tail.ts";

interface BarProps {
  readonly tail: Tail;
  readonly isPaused: boolean;
  readonly onPause: () => void;
  readonly onStop: () => void;
}

function Missed({ tail }: { tail: Tail }) {
  const t = useText();
  const format = useFormat();
  const { notShown, notExamined, gaps } = tail;
  const said = [
    notShown > 0 && t("hunt.live.not_shown", { n: format.number(notShown) }),
    notExamined > 0 && t("hunt.live.not_examined", { n: format.number(notExamined) }),
    gaps > 0 && t("hunt.live.gaps", { n: gaps }),
  ].filter((each) => each !== false);
  if (said.length === 0) return null;
  return (
    <p className="live-missed small" data-testid="live-missed">
      {said.join(" ")}
    </p>
  );
}

function LiveBar({ tail, isPaused, onPause, onStop }: BarProps) {
  const t = useText();
  const format = useFormat();
  const state = isPaused && tail.state === "following" ? "paused" : tail.state;
  return (
    <div className="live-bar">
      <span className={`live-state ${state}`} role="status" data-testid="live-state" data-state={state}>
        {t(`hunt.live.${state}`)}
      </span>
      <span className="quiet small num grow live-seen">
        {t("hunt.live.seen", { n: format.number(tail.seen), max: format.number(MAX_LIVE_ROWS) })}
      </span>
      <Button icon={isPaused ? "play" : "pause"} hotkey="l" onClick={onPause} data-testid="live-pause">
        {t(isPaused ? "hunt.live.resume" : "hunt.live.pause")}
      </Button>
      <Button icon="stop" onClick={onStop} data-testid="live-stop">
        {t("hunt.live.stop")}
      </Button>
    </div>
  );
}

interface LiveViewProps {
  readonly query: string;
  readonly columns: readonly string[];
  readonly onStop: () => void;
}

/** New events that match, as they are stored. Nothing moves while the reader is on a row, has scrolled, or paused. */
export function LiveView({ query, columns, onStop }: LiveViewProps) {
  const t = useText();
  const [isPaused, setPaused] = useState(false);
  const scroll = useRef<HTMLDivElement>(null);
  const cursor = useRef<string>(undefined);
  const { tail, release } = useTail(
    query,
    () => isPaused || cursor.current !== undefined || (scroll.current?.scrollTop ?? 0) > 0,
  );
  const pause = () => {
    if (isPaused) release();
    setPaused(!isPaused);
  };
  useKeys({ live: pause, close: onStop });
  const show = () => {
    release();
    scroll.current?.scrollTo({ top: 0 });
  };
  if (tail.state === "refused") return <FaultView error={tail.fault} onRetry={onStop} />;
  return (
    <div className="grid live" data-testid="live-view">
      <LiveBar tail={tail} isPaused={isPaused} onPause={pause} onStop={onStop} />
      <Missed tail={tail} />
      {tail.waiting.length > 0 && (
        <div className="waiting">
          <Button icon="up" onClick={show} data-testid="live-waiting">
            {t("hunt.live.waiting", { n: tail.waiting.length })}
          </Button>
        </div>
      )}
      {tail.shown.length === 0 ? (
        <Empty title={t("hunt.live.none.title")}>{t("hunt.live.none.body")}</Empty>
      ) : (
        <Results
          events={tail.shown}
          total={tail.shown.length}
          columns={columns}
          scrollRef={scroll}
          onCursor={(id) => {
            cursor.current = id;
          }}
        />
      )}
    </div>
  );
}
