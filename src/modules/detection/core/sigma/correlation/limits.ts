/** Bounds of running correlations: state must stay finite whatever the stream and the rules do. */

/** Events named in a finding; the rest is only counted. */
export const MAX_EVENTS_PER_FINDING = 100;
/** An event that claims a time further ahead of its arrival than this is windowed at its arrival. */
export const MAX_AHEAD_MS = 10 * 60_000;
/** Rules one correlation may refer to. */
export const MAX_REFERENCES = 256;
/** Rules of a correlation with an order or a boolean condition: each group keeps state for each of them. */
export const MAX_TEMPORAL_RULES = 16;
/** Ways in which an ordered or boolean condition may come true. */
export const MAX_ALTERNATIVES = 64;
/** Rules of an order of which only some are needed: each group keeps the square of this in numbers. */
export const MAX_LADDER_RULES = 8;
/** Links of all alternatives of an ordered boolean condition together, kept by group. */
export const MAX_CHAIN_LINKS = 128;
export const MAX_GROUP_FIELDS = 16;
/** Correlations on top of correlations. */
export const MAX_CHAIN_DEPTH = 16;
/** Longer group and counted values are told apart by their hash. */
export const MAX_VALUE_UNITS = 512;
/** Open suppression windows of single rules. */
export const MAX_SUPPRESSED_KEYS_PER_RULE = 50_000;
export const MAX_SUPPRESSED_KEYS = 500_000;
/** Numbers beyond this are not summed: no window of allowed length can overflow. */
export const MAX_MAGNITUDE = 1e290;

/** Bounds of memory; at each of them the group touched longest ago is forgotten, and that is counted. */
export interface CorrelatorLimits {
  readonly groupsPerRule: number;
  readonly groups: number;
  /** Events waiting or in windows. */
  readonly eventsPerRule: number;
  readonly events: number;
  readonly eventsPerWindow: number;
  /** UTF-16 units of group keys and counted values. */
  readonly textUnits: number;
}

export const DEFAULT_LIMITS: CorrelatorLimits = {
  groupsPerRule: 1_000_000,
  groups: 1_000_000,
  eventsPerRule: 2_000_000,
  events: 2_000_000,
  eventsPerWindow: 100_000,
  textUnits: 128 * 1024 * 1024,
};
