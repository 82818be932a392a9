/** A pipeline with everything said that the range decides: widths of timelines, moments behind `now`. */
import type { Instant } from "../../../../kernel/index.ts";
import { DEFAULT_TIMELINE_BUCKETS, MAX_TIMELINE_BUCKETS } from "../../limits.ts";
import type { Pipeline, Stage } from "./pipes.ts";
import { atInstant, bucketStart, intersection, type Period, spanMs, timeBounds } from "./time-words.ts";
import type { Query } from "./tree.ts";

const WIDTHS = ["1s", "5s", "10s", "30s", "1m", "5m", "10m", "30m", "1h", "3h", "6h", "12h", "1d", "7d"].map(
  (text) => spanMs(text) ?? 1,
);

/** The smallest round width that gives the usual number of buckets. */
export function timelineWidth({ from, to }: Period): number {
  const least = (to - from) / DEFAULT_TIMELINE_BUCKETS;
  const widest = WIDTHS.at(-1) ?? 1;
  return WIDTHS.find((width) => width >= least) ?? Math.ceil(least / widest) * widest;
}

/** Starts of all buckets that the range touches, or undefined when they are too many. */
export function bucketStarts({ from, to }: Period, width: number): readonly Instant[] | undefined {
  if (to <= from) return [];
  const first = bucketStart(from, width);
  const count = Math.ceil((to - first) / width);
  if (count > MAX_TIMELINE_BUCKETS) return undefined;
  return Array.from({ length: count }, (_, index) => first + index * width);
}

/** What a timeline shows: the range asked, as far as the search can find anything in it. */
export function shownRange(pipeline: Pipeline, asked: Period): Period {
  return intersection(asked, timeBounds(eventFilter(pipeline)));
}

export function settled(pipeline: Pipeline, range: Period): Pipeline {
  const width = timelineWidth(range);
  return {
    ...pipeline,
    stages: pipeline.stages.map((stage) =>
      stage.kind === "timeline" && stage.spanMs === undefined ? { ...stage, spanMs: width } : stage,
    ),
  };
}

/** Every `now` in the search, its commands and their sub-queries is the same moment. */
export function pipelineAt({ filter, stages }: Pipeline, now: Instant): Pipeline {
  return { filter: atInstant(filter, now), stages: stages.map((stage) => stageAt(stage, now)) };
}

function stageAt(stage: Stage, now: Instant): Stage {
  switch (stage.kind) {
    case "where":
    case "join":
      return { ...stage, query: atInstant(stage.query, now) };
    case "sequence":
      return { ...stage, steps: stage.steps.map((step) => atInstant(step, now)) };
    default:
      return stage;
  }
}

/** What all events of the answer match before any command changes them: for histograms and field lists beside it. */
export function eventFilter({ filter, stages }: Pipeline): Query {
  const end = stages.findIndex(({ kind }) => kind !== "where" && kind !== "sort");
  const filters = stages
    .slice(0, end < 0 ? stages.length : end)
    .flatMap((stage) => (stage.kind === "where" ? [stage.query] : []));
  const all = [filter, ...filters].filter(({ kind }) => kind !== "all");
  const [only] = all;
  return only === undefined ? filter : all.length === 1 ? only : { kind: "and", items: all };
}
