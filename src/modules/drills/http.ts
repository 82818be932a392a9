import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { Exercises } from "./exercises.ts";
import { Exercise, ExerciseList, ExerciseStart, ScenarioList } from "./schemas.ts";

const IdParams = z.object({ id: z.string().max(64) });

export function drillRoutes(exercises: Exercises): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/scenarios",
      summary: "Scenarios that can be replayed as an exercise",
      access: "drills.read",
      audit: "read",
      reply: ScenarioList,
      handle: async () => ({ items: exercises.scenarios() }),
    }),
    route({
      method: "GET",
      path: "/api/v1/exercises",
      summary: "Exercises, newest first",
      access: "drills.read",
      audit: "read",
      reply: ExerciseList,
      handle: async () => ({ items: await exercises.list() }),
    }),
    route({
      method: "POST",
      path: "/api/v1/exercises",
      summary: "Start an exercise: the scenario goes through the real HTTP door, tagged",
      access: "drills.run",
      audit: "own",
      body: ExerciseStart,
      reply: Exercise,
      status: 202,
      handle: async ({ body, who, peer }) => exercises.start(body.scenario, { who, peer }),
    }),
    route({
      method: "GET",
      path: "/api/v1/exercises/:id",
      summary: "One exercise and how far it has come",
      access: "drills.read",
      audit: "read",
      params: IdParams,
      reply: Exercise,
      handle: async ({ params }) => exercises.get(params.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/exercises/:id/stop",
      summary: "Stop a running exercise",
      access: "drills.run",
      audit: "own",
      params: IdParams,
      reply: Exercise,
      handle: async ({ params, who, peer }) => exercises.stop(params.id, { who, peer }),
    }),
  ];
}
