/** Branded ids: text that cannot be mixed up by the compiler. */
declare const brand: unique symbol;
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** 32 lower-case hex digits, derived from source identity and content (see ingest). */
export type EventId = Brand<"EventId">;
/** 32 lower-case hex digits, derived from (rule id, rule version, event id). */
export type FindingId = Brand<"FindingId">;
/** 32 lower-case hex digits, derived from (rule id, entity key, opening finding). */
export type AlertId = Brand<"AlertId">;
export type UserId = Brand<"UserId">;
export type ExerciseId = Brand<"ExerciseId">;
