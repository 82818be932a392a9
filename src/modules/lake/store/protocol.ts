/** What the main thread and the store's worker say to each other. */
import {
  Fault,
  type FaultKind,
  type FaultParams,
  type Instant,
  isFault,
  type JournalPosition,
} from "../../../kernel/index.ts";
import type { Query } from "../core/query/tree.ts";
import type {
  AroundResponse,
  CostResponse,
  CountResponse,
  EngineMemory,
  FieldSummaryResponse,
  HistogramResponse,
  LakeStats,
  PipelineResponse,
  SearchResponse,
  StoredEvent,
  SuggestResponse,
  TopResponse,
} from "../schemas.ts";
import type { EncodedEvents } from "./encoded-events.ts";
import type { Appended, SealLimits, Stretch } from "./shapes.ts";
import type { StoreProblem } from "./shapes.ts";
import type { ExportedFile } from "./parquet-export.ts";
import type { PipelineAsk } from "./pipeline.ts";
import type { TimeRange } from "./read-sql.ts";
import type { QueryProgress } from "./runner.ts";
import type { SuggestAsk } from "./suggest.ts";
import type { UpkeepCalls } from "./upkeep.ts";

interface Filter {
  readonly query: Query;
  readonly from: Instant;
  readonly to: Instant;
}

export interface StoreCalls extends UpkeepCalls {
  open: { ask: { dir: string; memoryLimitMb: number | undefined; limits: SealLimits }; answer: StoreState };
  append: { ask: Stretch & { batch: EncodedEvents }; answer: Appended };
  seal: { ask: Record<never, never>; answer: StoreState };
  sealIfDue: { ask: Record<never, never>; answer: StoreState };
  stats: { ask: Record<never, never>; answer: LakeStats };
  memory: { ask: Record<never, never>; answer: EngineMemory };
  close: { ask: Record<never, never>; answer: null };
  /** Of calls that may still wait or run, by their numbers. */
  progress: { ask: { ids: readonly number[] }; answer: readonly (QueryProgress | null)[] };
  cost: { ask: TimeRange; answer: CostResponse };
  search: {
    ask: Filter & { limit: number; order: "newest" | "oldest"; cursor: string | undefined };
    answer: SearchResponse;
  };
  count: { ask: Filter; answer: CountResponse };
  histogram: { ask: Filter & { buckets: number }; answer: HistogramResponse };
  top: { ask: Filter & { field: string; limit: number }; answer: TopResponse };
  fieldSummary: { ask: Filter; answer: FieldSummaryResponse };
  around: { ask: { id: string; windowMs: number; near: Instant | undefined }; answer: AroundResponse };
  pipeline: { ask: PipelineAsk; answer: PipelineResponse };
  exportParquet: { ask: PipelineAsk; answer: ExportedFile };
  suggest: { ask: SuggestAsk; answer: SuggestResponse };
  event: { ask: { id: string; near: Instant | undefined }; answer: StoredEvent | null };
}

export type StoreCall = keyof StoreCalls;
export const QUERY_CALLS = [
  "search",
  "count",
  "histogram",
  "top",
  "fieldSummary",
  "around",
  "event",
  "pipeline",
  "suggest",
  "exportParquet",
] as const;
export type QueryCall = (typeof QUERY_CALLS)[number];

export interface StoreState {
  readonly position: JournalPosition;
  readonly trimmable: JournalPosition;
  readonly problems: readonly StoreProblem[];
}

/** `id` numbers calls; `cancel` names the call to stop and has no answer. */
export type StoreMessage =
  | {
      readonly [Call in StoreCall]: {
        readonly id: number;
        readonly call: Call;
        readonly ask: StoreCalls[Call]["ask"];
        readonly timeoutMs: number;
      };
    }[StoreCall]
  | { readonly id: number; readonly call: "cancel" };

export interface SentFault {
  readonly kind: FaultKind;
  readonly code: string;
  readonly detail: string;
  readonly params: FaultParams;
  readonly retryAfterSeconds: number | undefined;
}

export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: SentFault };

export function sendableFault(error: unknown): SentFault {
  if (!isFault(error)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: "unavailable", code: "lake.store.failed", detail, params: {}, retryAfterSeconds: 5 };
  }
  const { kind, code, params, retryAfterSeconds } = error;
  return { kind, code, detail: error.message, params, retryAfterSeconds };
}

export function receivedFault(sent: SentFault): Fault {
  return new Fault(sent.kind, sent.code, sent.detail, sent.params, sent.retryAfterSeconds);
}
