import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { SaveDialog } from "../hunt/save-dialog.tsx";
import { rangeMs } from "../../search-params.ts";
import { noteOf, rangeOfSpan, searchOf, timingText } from "./hunt-words.ts";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RunsTable } from "./runs-table.tsx";
import { ScheduleDialog } from "./schedule-dialog.tsx";
import { HUNT_RULE } from "./search.ts";
import { useMayChange, useSavedHunt } from "./use-saved.ts";

type Asking = "edit" | "schedule" | "remove";

function PanelHead({ hunt, onClose }: { hunt: SavedHunt; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const note = noteOf(hunt, language);
  return (
    <header className="panel-head">
      <div className="row">
        <span className="tag">{t(hunt.shared ? "saved.is_shared" : "saved.private")}</span>
        <span className="quiet truncate">
          <bdi>{hunt.owner.name}</bdi>
        </span>
        <span className="grow" />
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
      </div>
      <h2>
        <SafeText text={hunt.name} />
      </h2>
      {note !== "" && (
        <p className="saved-note">
          <SafeText text={note} />
        </p>
      )}
      <p className="quiet small">
        {t("saved.changed")} <When at={hunt.updatedAt} as="both" />
      </p>
    </header>
  );
}

function ScheduleFacts({ hunt, schedule }: { hunt: SavedHunt; schedule: NonNullable<SavedHunt["schedule"]> }) {
  const t = useText();
  const format = useFormat();
  const { timing, level, lookbackMs, enabled, nextRunAt } = schedule;
  return (
    <dl className="facts" data-testid="schedule-facts">
      <div>
        <dt>{t("saved.schedule")}</dt>
        <dd>{timingText(timing, { t, format })}</dd>
      </div>
      <div>
        <dt>{t("alert.level")}</dt>
        <dd>
          <SeverityMark level={level} />
        </dd>
      </div>
      <div>
        <dt>{t("saved.lookback")}</dt>
        <dd>{format.duration(lookbackMs / 1_000)}</dd>
      </div>
      <div>
        <dt>{t("saved.next_run")}</dt>
        <dd>{enabled ? <When at={nextRunAt} as="both" /> : t("saved.off")}</dd>
      </div>
      <div>
        <dt>{t("saved.raised")}</dt>
        <dd>
          <Link to="/alerts" search={{ rule: `${HUNT_RULE}${hunt.id}`, status: "all" }} data-testid="hunt-alerts">
            {t("saved.raised_n", { n: hunt.raised })}
          </Link>
        </dd>
      </div>
    </dl>
  );
}

function ScheduleSection({ hunt, onAsk }: { hunt: SavedHunt; onAsk: (asking: Asking) => void }) {
  const t = useText();
  const maySchedule = useMay()("rules.write");
  const { schedule } = hunt;
  return (
    <section>
      <div className="row section-head">
        <h3 className="grow">{t("saved.schedule")}</h3>
        {maySchedule && (
          <Button
            onClick={() => onAsk("schedule")}
            disabled={!hunt.shared}
            title={hunt.shared ? undefined : t("fault.hunts.schedule.private")}
            data-testid="hunt-schedule"
          >
            {t(schedule === null ? "saved.schedule.new" : "saved.schedule.edit")}
          </Button>
        )}
      </div>
      {schedule === null ? (
        <p className="quiet">{t(hunt.shared ? "saved.schedule.none" : "saved.schedule.none_private")}</p>
      ) : (
        <>
          <ScheduleFacts hunt={hunt} schedule={schedule} />
          <RunsTable id={hunt.id} />
        </>
      )}
    </section>
  );
}

function PanelContent({ hunt, onClose }: { hunt: SavedHunt; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const mayChange = useMayChange()(hunt);
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  return (
    <>
      <PanelHead hunt={hunt} onClose={onClose} />
      <div className="row wrap actions">
        <Link to="/hunt" search={searchOf(hunt)} className="button primary" data-testid="hunt-open">
          <Icon name="play" />
          {t("saved.open")}
        </Link>
        {mayChange && (
          <>
            <Button onClick={() => setAsking("edit")} data-testid="hunt-edit">
              {t("saved.edit")}
            </Button>
            <Button onClick={() => setAsking("remove")} data-testid="hunt-remove">
              {t("saved.remove")}
            </Button>
          </>
        )}
      </div>
      <div className="tab-body stack">
        <section>
          <h3 className="section-head">{t("hunt.query")}</h3>
          <p className="raw-box saved-query">
            <RawText text={hunt.query === "" ? "*" : hunt.query} block />
          </p>
          <p className="quiet small saved-span">
            {t("saved.looks_back", { d: format.duration((rangeMs(rangeOfSpan(hunt.span)) ?? 0) / 1_000) })}
            {hunt.columns.length > 0 && ` · ${t("saved.shows", { names: hunt.columns.join(", ") })}`}
          </p>
        </section>
        <ScheduleSection hunt={hunt} onAsk={setAsking} />
      </div>
      {asking === "edit" && <SaveDialog draft={hunt} existing={hunt} onClose={close} onSaved={close} />}
      {asking === "schedule" && <ScheduleDialog hunt={hunt} onClose={close} />}
      {asking === "remove" && <RemoveDialog hunt={hunt} onClose={close} onGone={onClose} />}
    </>
  );
}

export function HuntPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const hunt = useSavedHunt(id);
  return (
    <section className="panel" aria-label={t("saved.panel")} data-testid="saved-panel">
      {hunt.data === undefined ? (
        <>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
          {hunt.isPending ? <Skeleton /> : <FaultView error={hunt.error} onRetry={() => void hunt.refetch()} />}
        </>
      ) : (
        <PanelContent hunt={hunt.data} onClose={onClose} />
      )}
    </section>
  );
}
