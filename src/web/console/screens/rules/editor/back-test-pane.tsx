import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { LaunchForm } from "../retro/launch-form.tsx";
import { RetroMatches } from "../retro/retro-matches.tsx";
import { RetroState, RetroView, VolumeVerdict } from "../retro/retro-view.tsx";
import { TurnOn } from "../retro/turn-on.tsx";
import { useRetroHunt } from "../retro/use-retro.ts";

/** How often the draft would have raised an alert, before anybody is woken by it. */
export function BackTestPane({ text, saved }: { text: string; saved: RuleDetail | undefined }) {
  const t = useText();
  const [launched, setLaunched] = useState<string>();
  const hunt = useRetroHunt(launched);
  return (
    <section className="stack" aria-label={t("editor.side.history")} data-testid="back-test">
      <h2 className="visually-hidden">{t("editor.side.history")}</h2>
      <p className="quiet">{t("retro.back_test.about")}</p>
      <LaunchForm
        kind="back-test"
        subject={saved === undefined ? { text } : { ruleId: saved.rule.id }}
        onLaunched={(started) => setLaunched(started.id)}
      />
      {launched !== undefined && hunt.isPending && <Skeleton lines={4} />}
      {hunt.isError && <FaultView error={hunt.error} onRetry={() => void hunt.refetch()} />}
      {hunt.data !== undefined && (
        <>
          <div className="row">
            <RetroState hunt={hunt.data} />
            <span className="grow" />
            <Link to="/rules/retro-hunts" search={{ hunt: hunt.data.id }}>
              {t("retro.open")}
            </Link>
          </div>
          <VolumeVerdict hunt={hunt.data} />
          {hunt.data.state === "done" && saved !== undefined && <TurnOn ruleId={saved.rule.id} />}
          <RetroView hunt={hunt.data} />
          <RetroMatches hunt={hunt.data} />
        </>
      )}
    </section>
  );
}
