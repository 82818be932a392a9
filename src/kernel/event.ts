import type { EventId, ExerciseId } from "./id.ts";
import type { Instant } from "./instant.ts";

/** What a field holds after flattening: a scalar or a list of scalars. Objects are flattened to dotted names. */
export type FieldScalar = string | number | boolean | null;
export type FieldValue = FieldScalar | readonly FieldScalar[];

/** The source's own field names (flat, dotted), because Sigma rules speak them. Always a null-prototype object. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Where an event comes from, in Sigma's terms (specification 2.1, "logsource"). All lower case. */
export interface LogSource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/** The few normalised columns pivots need. Names are also the lake's column names. */
export interface Entities {
  readonly user?: string;
  readonly process?: string;
  readonly commandLine?: string;
  readonly parentProcess?: string;
  readonly srcIp?: string;
  readonly srcPort?: number;
  readonly dstIp?: string;
  readonly dstPort?: number;
  readonly domain?: string;
  readonly url?: string;
  readonly hash?: string;
  readonly email?: string;
  readonly file?: string;
}

/** What stands in place of some bytes of a text. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What an event's record is in bytes, for who stores it as it is. */
export interface EventBytes {
  /** UTF-8 of `raw`. */
  readonly raw: Uint8Array;
  /** ASCII without escapes by number. */
  readonly isPlain: boolean;
  /** What makes `raw` the JSON of the fields, in order and without overlaps. Nothing: it is that already. */
  readonly edits: readonly TextEdit[];
  /** Names of the fields; the same list for many events. */
  readonly names: readonly string[];
}

export interface KhienEvent {
  readonly id: EventId;
  /** Event time as the source states it; equals `ingestedAt` when the source states none (`timeMissing`). */
  readonly time: Instant;
  readonly ingestedAt: Instant;
  /** True when the source gave no usable time. */
  readonly timeMissing?: boolean;
  readonly sensor: string;
  readonly logsource: LogSource;
  /** Name of the format that parsed it ("windows-nxlog", "zeek-tsv", …) or "raw". */
  readonly format: string;
  /** Why nothing parsed it; only when `format` is "raw". A code, see content/i18n `parse.*`. */
  readonly parseFailure?: string;
  readonly host?: string;
  readonly entities: Entities;
  readonly fields: Fields;
  /** The record exactly as it arrived (for EVTX: the record as JSON). */
  readonly raw: string;
  /** Every text among the values of `fields` stands in `raw`, as it is or as JSON writes it. */
  readonly verbatim?: true;
  readonly exerciseId?: ExerciseId;
  /** Where nothing but a few columns was read yet: `fields` and `raw` are made when somebody asks for them. */
  readonly bytes?: EventBytes;
}
