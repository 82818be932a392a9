/** Bounds of the rule language. Far above what the public rule sets use, far below what hurts. */
export const MAX_RULE_BYTES = 512 * 1024;
export const MAX_DOCUMENTS_PER_FILE = 256;
export const MAX_SELECTIONS = 512;
export const MAX_SELECTION_DEPTH = 16;
export const MAX_VALUES_PER_ITEM = 20_000;
export const MAX_VALUE_LENGTH = 4 * 1024;
export const MAX_WILDCARDS_PER_VALUE = 64;
export const MAX_CONDITION_LENGTH = 8 * 1024;
export const MAX_CONDITION_DEPTH = 64;
export const MAX_REGEX_LENGTH = 4 * 1024;
/** Variants one value may become through placeholders. */
export const MAX_EXPANSIONS = 10_000;
/** Distinct event field names whose resolution is remembered; beyond it they are resolved anew each time. */
export const MAX_REMEMBERED_FIELD_NAMES = 50_000;
/** Distinct log sources and discriminator values whose index is kept. */
export const MAX_VIEWS = 2_000;
/** Elements of a list value that are looked at. */
export const MAX_LIST_ELEMENTS = 1_000;
export const MAX_COUNTED_FIELDS = 16;
export const MAX_CORRELATION_ALIASES = 32;
/** Room for `1y` as pySigma counts it (365.2425 days). */
export const MAX_TIMESPAN_MS = 366 * 86_400_000;
/** How much later than others of its group an event may arrive when a correlation does not say. */
export const DEFAULT_LATENESS_MS = 10_000;
export const MAX_LATENESS_MS = 86_400_000;
export const MAX_FILTER_RULES = 5_000;
/** Routes and groups of field names one log-source map may hold. */
export const MAX_ROUTES = 5_000;
export const MAX_ALIAS_GROUPS = 2_000;
export const MAX_ALIASES_PER_GROUP = 64;
/** Names a placeholder file may define, and values each may have. */
export const MAX_PLACEHOLDERS = 1_000;
export const MAX_PLACEHOLDER_VALUES = 10_000;
/** Distinct sequences of field names whose layout is kept: some agents write an event's members in any order. */
export const MAX_LAYOUTS = 8_192;
/** Search results that are remembered, per thread; a power of two. */
export const REMEMBERED_ANSWERS = 65_536;
/** Distinct finds in a value beyond which it is searched anew each time. */
export const MAX_REMEMBERED_FINDS = 16;
