import { dayNumber, isTimeZone, SEVERITIES } from "../../kernel/index.ts";
import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import * as limits from "./limits.ts";

const Name = z.string().trim().min(1).max(limits.MAX_NAME_CHARACTERS);
const Id = z.string().min(1).max(64);
const Day = z
  .string()
  .max(10)
  .refine((day) => dayNumber(day) !== undefined, "no day of the calendar");
const Version = z.int().min(1).describe("The version the writer saw");
const By = z.object({ id: z.string(), name: z.string() });
export const IdParams = z.object({ id: Id });

export const Profile = z.object({
  id: z.string().regex(/^[a-z0-9._-]{1,40}$/u),
  vi: z.string().min(1),
  en: z.string().min(1),
  instrument: z.string(),
});
export const Phone = z.string().regex(/^\+[0-9]{6,15}$/u);
export const PersonContent = z.object({
  name: Name,
  unit: z.string().trim().max(limits.MAX_NAME_CHARACTERS),
  roles: z.array(z.string().max(40)).max(limits.MAX_ROLES_OF_PERSON),
  tier: z.int().min(1).max(3).nullable(),
  phone: Phone.nullable().describe("Work phone, international form"),
  mail: z.email().max(254).nullable(),
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/u)).max(limits.MAX_LANGUAGES_OF_PERSON),
  userId: Id.nullable().describe("The account the person signs in with"),
});
export const PersonChange = PersonContent.extend({ version: Version, archived: z.boolean() });
export const Person = PersonContent.extend({
  id: z.string(),
  archived: z.boolean(),
  version: z.int(),
  updatedAt: IsoTime,
}).meta({ id: "RosterPerson" });
export const Roster = z.object({ items: z.array(Person), profiles: z.array(Profile) });
export const ImportRequest = z.object({
  csv: z.string().max(limits.MAX_IMPORT_CHARACTERS),
  apply: z.boolean().describe("False: only say what would happen"),
});
export const ImportReply = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  applied: z.boolean(),
  problems: z.array(z.object({ line: z.int(), column: z.string(), code: z.string() })),
});

const Shift = z.object({ name: Name, from: z.int().min(0).max(1_439), minutes: z.int().min(15).max(1_440) });
const Team = z.object({ name: Name, people: z.array(Id).max(limits.MAX_TEAM_PERSONS) });
export const RotaContent = z
  .object({
    name: Name,
    kind: z.enum(["shift", "on_call"]),
    timeZone: z.string().max(64).refine(isTimeZone, "no such time zone"),
    startsOn: Day,
    minimum: z.int().min(0).max(limits.MAX_TEAM_PERSONS),
    shifts: z.array(Shift).min(1).max(limits.MAX_SHIFTS_OF_DAY),
    teams: z.array(Team).min(1).max(limits.MAX_TEAMS),
    turns: z
      .array(z.array(z.int().min(0).nullable()))
      .min(1)
      .max(limits.MAX_CYCLE_DAYS)
      .describe("For each day of the cycle and each shift the team whose turn it is"),
  })
  .refine(
    ({ turns, shifts, teams }) =>
      turns.every((day) => day.length === shifts.length && day.every((team) => team === null || team < teams.length)),
    "turns do not fit the shifts and teams",
  );
export const RotaChange = z.intersection(RotaContent, z.object({ version: Version }));
export const Rota = z.intersection(RotaContent, z.object({ id: z.string(), version: z.int() }));
export const RotaList = z.object({ items: z.array(Rota) });
export const PatternQuery = z.object({
  pattern: z.enum(["3x8", "2x12", "office", "weekly"]),
  teams: z.coerce.number().int().min(1).max(12),
});
export const Sharing = z.object({ shifts: z.array(Shift), turns: z.array(z.array(z.int().nullable())) });

export const Duty = z.object({
  rotaId: z.string(),
  rota: z.string(),
  kind: z.enum(["shift", "on_call"]),
  day: z.string(),
  shift: z.int(),
  name: z.string(),
  team: z.string().nullable(),
  begins: IsoTime,
  ends: IsoTime,
  minimum: z.int(),
  people: z.array(z.object({ id: z.string(), name: z.string(), by: z.enum(["rota", "swap"]) })),
  absent: z.array(z.object({ id: z.string(), name: z.string() })),
});
export const CalendarQuery = z.object({
  from: Day,
  days: z.coerce.number().int().min(1).max(limits.MAX_CALENDAR_DAYS).default(7),
});
export const Calendar = z.object({
  from: IsoTime,
  to: IsoTime,
  duties: z.array(Duty),
  gaps: z.array(z.object({ duty: Duty, missing: z.int() })),
  doubles: z.array(
    z.object({ person: z.object({ id: z.string(), name: z.string() }), duties: z.array(Duty).length(2) }),
  ),
  exceptions: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["absence", "swap"]),
      reason: z.string(),
      by: By,
      at: IsoTime,
      person: z.string().nullable(),
      out: z.string().nullable(),
      in: z.string().nullable(),
      from: IsoTime.nullable(),
      to: IsoTime.nullable(),
      day: z.string().nullable(),
      rotaId: z.string().nullable(),
    }),
  ),
});
const Reason = z.string().trim().max(limits.MAX_REASON_CHARACTERS).default("");
export const ExceptionCreate = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("absence"), personId: Id, from: IsoTime, to: IsoTime, reason: Reason }),
  z.object({
    kind: z.literal("swap"),
    rotaId: Id,
    day: Day,
    shift: z
      .int()
      .min(0)
      .max(limits.MAX_SHIFTS_OF_DAY - 1),
    out: Id.nullable(),
    in: Id.nullable(),
    reason: Reason,
  }),
]);
export const Created = z.object({ id: z.string() });
export const DutyNow = z.object({ now: z.array(Duty), next: z.array(Duty) });

const StepSchema = z.object({
  afterMinutes: z.int().min(0).max(limits.MAX_STEP_MINUTES),
  target: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("rota"), rotaId: Id }),
    z.object({ kind: z.literal("person"), personId: Id }),
  ]),
  ways: z
    .array(z.enum(["app", "mail", "sms"]))
    .min(1)
    .max(3),
});
export const PolicyContent = z.object({
  name: Name,
  enabled: z.boolean(),
  steps: z.array(StepSchema).min(1).max(limits.MAX_STEPS),
});
export const PolicyChange = PolicyContent.extend({ version: Version });
export const Policy = PolicyContent.extend({ id: z.string(), version: z.int(), since: IsoTime });
export const Escalations = z.object({
  policies: z.array(Policy),
  history: z.array(
    z.object({
      alertId: z.string(),
      title: z.string(),
      policy: z.string(),
      step: z.int().describe("0 is the first; -1: the alert was taken"),
      at: IsoTime,
      called: z.array(z.object({ name: z.string(), ways: z.array(z.string()) })),
    }),
  ),
});

const ByLevel = z.object(
  Object.fromEntries(SEVERITIES.map((level) => [level, z.int()])) as Record<(typeof SEVERITIES)[number], z.ZodInt>,
);
const AlertLine = z.object({
  id: z.string(),
  title: z.object({ vi: z.string(), en: z.string() }),
  level: z.enum(SEVERITIES),
  entity: z.string(),
  createdAt: IsoTime,
});
export const Figures = z.object({
  at: IsoTime,
  openByLevel: ByLevel,
  takenByLevel: ByLevel,
  oldestOpen: z.array(AlertLine),
  overdue: z.object({ afterMinutes: z.int(), n: z.int() }).nullable(),
  takenByLeaving: z.array(AlertLine),
  cases: z.object({ open: z.int() }).nullable(),
  clocks: z.array(z.object({ title: z.string(), due: IsoTime, path: z.string() })).nullable(),
  silentSensors: z.array(z.object({ name: z.string(), since: IsoTime.nullable() })),
  exercise: z.object({ id: z.string(), name: z.string() }).nullable(),
});
const ShiftOfNote = z.object({ rota: z.string(), name: z.string(), begins: IsoTime, ends: IsoTime });
export const HandoverDraft = z.object({ figures: Figures, shift: ShiftOfNote.nullable() });
export const HandoverCreate = z.object({ text: z.string().trim().max(limits.MAX_NOTE_CHARACTERS) });
export const ReceiptCreate = z.object({ remark: z.string().trim().max(2_000).default("") });
export const Handover = z.object({
  id: z.string(),
  number: z.int(),
  at: IsoTime,
  by: By,
  text: z.string(),
  shift: ShiftOfNote.nullable(),
  figures: Figures,
  seal: z.string(),
  receipt: z.object({ at: IsoTime, by: By, remark: z.string(), seal: z.string() }).nullable(),
});
export const HandoverPaperQuery = z.object({
  format: z.enum(["pdf", "docx"]).default("pdf"),
  language: z.enum(["vi", "en"]).default("vi"),
});
export const HandoverCheckQuery = z.object({ code: z.string().max(60).describe("As it stands on the paper") });
export const HandoverCheck = z.object({
  id: z.string(),
  number: z.int(),
  at: IsoTime,
  by: By,
  receipt: z.object({ at: IsoTime, by: By }).nullable(),
  printed: z.enum(["signed", "received"]).describe("How the note stood when the paper was made"),
  intact: z.boolean().describe("Text, figures and signatures here are still what the seals cover"),
});
export const HandoverList = z.object({
  items: z.array(Handover.pick({ id: true, number: true, at: true, by: true, shift: true, receipt: true })),
});
