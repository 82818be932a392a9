import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useMay } from "../../api/session.ts";
import { useSampleScenario, useStartExercise } from "../setup/sample-offer.tsx";

/** An empty floor says what to do: connect a sensor, or see it all at work with the sample. */
export function FirstSteps() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const scenario = useSampleScenario().data?.items[0];
  const start = useStartExercise();
  return (
    <Empty
      title={t("watch.empty.title")}
      action={
        <div className="row wrap">
          <Button kind="primary" onClick={() => void navigate({ to: "/sensors/connect" })}>
            {t("queue.empty.do")}
          </Button>
          {may("drills.run") && scenario !== undefined && (
            <Button
              icon="play"
              disabled={start.isPending}
              onClick={() => start.mutate(scenario.slug)}
              data-testid="sample-start"
            >
              {t("setup.sample.start")}
            </Button>
          )}
        </div>
      }
    >
      {t("watch.empty.body")}
    </Empty>
  );
}
