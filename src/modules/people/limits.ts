/** Every bound of people in one place. */

export const MAX_PERSONS = 5_000;
export const MAX_NAME_CHARACTERS = 120;
export const MAX_ROLES_OF_PERSON = 6;
export const MAX_LANGUAGES_OF_PERSON = 10;

export const MAX_IMPORT_CHARACTERS = 1_000_000;
export const MAX_IMPORT_ROWS = 2_000;
export const MAX_CSV_COLUMNS = 40;
export const MAX_CELL_CHARACTERS = 1_000;

export const MAX_ROTAS = 50;
export const MAX_SHIFTS_OF_DAY = 6;
export const MAX_TEAMS = 24;
export const MAX_TEAM_PERSONS = 100;
/** Twelve weeks: on-call of twelve teams, a week each. */
export const MAX_CYCLE_DAYS = 84;
/** Days of one look into the calendar. */
export const MAX_CALENDAR_DAYS = 62;
export const MAX_EXCEPTIONS = 5_000;
export const MAX_ABSENCE_MS = 366 * 86_400_000;
export const MAX_REASON_CHARACTERS = 500;

export const MAX_POLICIES = 20;
export const MAX_STEPS = 10;
export const MAX_STEP_MINUTES = 24 * 60;
/** Older alerts are not called about: after an upgrade or a standstill the queue tells of them. */
export const ESCALATE_FOR_MS = 24 * 3_600_000;
export const ESCALATION_LOOK_MS = 15_000;
export const MAX_HISTORY = 200;

export const MAX_NOTE_CHARACTERS = 20_000;
/** Papers are laid out on a thread that reports share. */
export const PAPERS_PER_MINUTE = 30;
export const CHECKS_PER_MINUTE = 60;
export const MAX_HANDOVERS_SHOWN = 200;
export const MAX_FIGURE_ROWS = 20;
