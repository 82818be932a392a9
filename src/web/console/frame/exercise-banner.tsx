import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "../../kit/button.tsx";
import { useFormat } from "../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../kit/i18n/text.tsx";
import { api } from "../api/client.ts";
import { useMay } from "../api/session.ts";
import type { Exercise, ExerciseList } from "../api/types.ts";

export function useExercises() {
  const may = useMay();
  return useQuery({
    queryKey: ["exercises"],
    queryFn: ({ signal }) => api.get<ExerciseList>("/exercises", undefined, signal),
    enabled: may("drills.read"),
  });
}

/** Cannot be closed while an exercise runs: nobody may take practice for the real thing, or the reverse. */
export function ExerciseBanner() {
  const t = useText();
  const language = useLanguage();
  const format = useFormat();
  const may = useMay();
  const client = useQueryClient();
  const running = useExercises().data?.items.find((exercise) => exercise.state === "running");
  const stop = useMutation({
    mutationFn: (id: string) => api.post<Exercise>(`/exercises/${encodeURIComponent(id)}/stop`),
    onSettled: () => client.invalidateQueries({ queryKey: ["exercises"] }),
  });
  if (running === undefined) return null;
  const share = running.total === 0 ? 0 : running.sent / running.total;
  return (
    <section className="exercise-banner hatched" aria-label={t("exercise.region")} data-testid="exercise-banner">
      <strong>{t("exercise.running")}</strong>
      <span className="truncate">{running.title[language]}</span>
      <progress max={1} value={share} aria-label={t("exercise.progress")} />
      <span className="num">
        {t("exercise.sent", {
          sent: format.number(running.sent),
          total: format.number(running.total),
          alerts: format.number(running.alerts),
        })}
      </span>
      {may("alerts.read") && (
        <Link to="/alerts" search={{ exercise: "only" }} className="button">
          {t("exercise.alerts")}
        </Link>
      )}
      {may("drills.run") && (
        <Button
          icon="stop"
          onClick={() => stop.mutate(running.id)}
          disabled={stop.isPending}
          data-testid="exercise-stop"
        >
          {t("exercise.stop")}
        </Button>
      )}
    </section>
  );
}
