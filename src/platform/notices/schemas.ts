import { isTimeZone } from "../../kernel/index.ts";
import { Cursor, IsoTime, Limit, pageOf } from "../http/shapes.ts";
import { z } from "../schema/index.ts";
import { FROM, URGENCIES } from "./core/urgency.ts";
import {
  MAX_CHOICES,
  MAX_NAME_CHARACTERS,
  MAX_SHOWN_LETTERS,
  MAX_TEMPLATE_CHARACTERS,
  MAX_URL_CHARACTERS,
} from "./limits.ts";

const Kind = z.string().regex(/^[a-z_]+(?:\.[a-z_]+){1,2}$/u);
const Urgency = z.enum(URGENCIES);
const From = z.enum(FROM);
const Way = z
  .string()
  .regex(/^(?:mail|sms|hook:[0-9a-f]{32})$/u)
  .transform((way) => way as "mail" | "sms" | `hook:${string}`);
const MinuteOfDay = z.int().min(0).max(1_439);

export const Notice = z
  .object({
    id: z.string(),
    kind: z.string().describe("Translated under notice.kind.<kind>"),
    urgency: Urgency,
    firstAt: IsoTime,
    at: IsoTime,
    times: z.int().describe("How often the same was told within ten minutes"),
    object: z.object({ kind: z.string(), id: z.string(), title: z.string() }),
    path: z.string().describe("Where the object is seen in the console"),
    by: z.object({ id: z.string(), name: z.string() }).nullable(),
    tlp: z.enum(["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]).nullable(),
    exerciseId: z.string().nullable(),
    readAt: IsoTime.nullable(),
  })
  .meta({ id: "Notice" });
export const NoticePage = pageOf(Notice);
export const NoticeQuery = z.object({
  cursor: Cursor,
  limit: Limit(200, 50),
  unread: z.enum(["true", "false"]).default("false"),
});
export const NoticeCount = z.object({ unread: z.int(), critical: z.int() });
export const ReadRequest = z.union([
  z.object({ ids: z.array(z.string().max(64)).min(1).max(200) }),
  z.object({ upTo: IsoTime.describe("Everything told up to then") }),
]);
export const ReadReply = z.object({ changed: z.int() });

const Rules = z.object({
  mail: z.email().max(254).nullable(),
  phone: z
    .string()
    .regex(/^\+[0-9]{6,15}$/u)
    .nullable()
    .describe("International form: +84…"),
  timeZone: z.string().max(64).refine(isTimeZone, "no such time zone"),
  quiet: z
    .object({ from: MinuteOfDay, to: MinuteOfDay })
    .refine(({ from, to }) => from !== to, "begins when it ends")
    .nullable()
    .describe("Minutes of the person's day"),
  criticalPasses: z.boolean(),
  choices: z.array(z.object({ kind: Kind, way: Way, from: From })).max(MAX_CHOICES),
});
export const RulesChange = Rules.extend({ version: z.int().min(0).describe("The version the writer saw") });
export const RulesView = RulesChange.extend({
  kinds: z.array(z.object({ kind: z.string(), urgency: Urgency })),
  /** Ways there are on this installation. */
  ways: z.array(z.object({ way: z.string(), name: z.string().nullable(), unchosen: From })),
});
export const TryRequest = z.object({ way: Way });
export const TryReply = z.object({ ok: z.boolean(), code: z.string().nullable(), tookMs: z.int() });

const Template = z.object({ type: z.enum(["json", "form"]), text: z.string().min(2).max(MAX_TEMPLATE_CHARACTERS) });
export const DestinationContent = z.object({
  name: z.string().trim().min(1).max(MAX_NAME_CHARACTERS),
  kind: z.enum(["webhook", "sms"]),
  url: z.string().min(1).max(MAX_URL_CHARACTERS),
  enabled: z.boolean(),
  personal: z.boolean().describe("People may choose it as a way of their own"),
  team: z.object({ kinds: z.array(Kind).max(100), from: From }),
  language: z.enum(["vi", "en"]),
  template: Template.nullable().describe("Of a text-message gateway: {number} and {text} are filled in"),
});
const Authorization = z
  .string()
  .max(1_000)
  .regex(/^[\x20-\x7e]*$/u);
export const DestinationCreate = DestinationContent.extend({
  authorization: Authorization.optional().describe("Value of the Authorization header; never shown again"),
});
export const DestinationChange = DestinationCreate.extend({ version: z.int().min(1) });
export const Destination = DestinationContent.extend({
  id: z.string(),
  version: z.int(),
  hasAuthorization: z.boolean(),
  createdAt: IsoTime,
  lastOkAt: IsoTime.nullable(),
  lastFailedAt: IsoTime.nullable(),
  lastCode: z.string().nullable(),
}).meta({ id: "NoticeDestination" });
/** The only answer that ever holds the secret. */
export const DestinationSecret = z.object({ destination: Destination, secret: z.string() });
export const DestinationList = z.object({
  items: z.array(Destination),
  kinds: z.array(z.object({ kind: z.string(), urgency: Urgency })),
  mail: z.object({ host: z.string(), from: z.string(), tls: z.string() }).nullable(),
});

export const LetterQuery = z.object({
  state: z.enum(["waiting", "sent", "dead"]).default("dead"),
  limit: Limit(MAX_SHOWN_LETTERS, 100),
});
export const LetterList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      urgency: Urgency,
      way: z.string(),
      recipient: z.string().nullable(),
      createdAt: IsoTime,
      dueAt: IsoTime,
      endedAt: IsoTime.nullable(),
      attempts: z.int(),
      held: z.boolean(),
      code: z.string().nullable(),
    }),
  ),
  counts: z.object({ waiting: z.int(), sent: z.int(), dead: z.int(), dropped: z.int() }),
});
export const LetterIds = z.object({ ids: z.array(z.string().max(64)).min(1).max(MAX_SHOWN_LETTERS) });
export const IdParams = z.object({ id: z.string().max(64) });
