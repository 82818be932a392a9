/** A browser says that it is there every 20 seconds; who missed two of them has gone. */
export const GONE_AFTER_MS = 45_000;
/** People remembered at one object, and objects one person may be at: windows of one browser. */
export const PEOPLE_AT_OBJECT = 50;
export const OBJECTS_OF_PERSON = 20;
