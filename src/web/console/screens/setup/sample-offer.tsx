import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { Exercise, ScenarioList } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

export function useSampleScenario() {
  return useQuery({
    queryKey: ["scenarios"],
    queryFn: ({ signal }) => api.get<ScenarioList>("/scenarios", undefined, signal),
  });
}

export function useStartExercise() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (scenario: string) => api.post<Exercise>("/exercises", { scenario }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["exercises"] }),
  });
}

/** The second step of set-up: an empty console comes alive in a minute, or is left empty on purpose. */
export function SampleOffer() {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const navigate = useNavigate();
  const scenarios = useSampleScenario();
  const start = useStartExercise();
  const scenario = scenarios.data?.items[0];
  const enterConsole = () => void navigate({ to: "/watch", search: {} });
  return (
    <div className="stack" data-testid="sample-offer">
      <p className="quiet">{t("setup.sample.body")}</p>
      {scenarios.isError && <FaultView error={scenarios.error} onRetry={() => void scenarios.refetch()} />}
      {scenario !== undefined && (
        <section className="sample">
          <h2>{scenario.title[language]}</h2>
          <p>{scenario.summary[language]}</p>
          <ol className="sample-phases">
            {scenario.phases.map((phase) => (
              <li key={phase.id}>{phase.title[language]}</li>
            ))}
          </ol>
          <p className="quiet small">{t("setup.sample.events", { n: format.number(scenario.events) })}</p>
        </section>
      )}
      {start.isError && <FaultView error={start.error} />}
      <div className="row wrap">
        <Button
          kind="primary"
          className="large"
          icon="play"
          disabled={scenario === undefined || start.isPending}
          data-testid="sample-start"
          onClick={() => scenario !== undefined && start.mutate(scenario.slug, { onSuccess: enterConsole })}
        >
          {t("setup.sample.start")}
        </Button>
        <Button className="large" onClick={enterConsole} data-testid="sample-skip">
          {t("setup.sample.skip")}
        </Button>
      </div>
    </div>
  );
}
