import { tableOf } from "../../kernel/index.ts";
import type { Log } from "../../platform/log/index.ts";
import type { Notices } from "../../platform/notices/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import { z } from "../../platform/schema/index.ts";
import { NOTICE_KINDS, type NoticeKind } from "./kinds.ts";
import { pathOf } from "./paths.ts";

/** News whose payload names the people concerned, by the topic its publisher uses. */
const KIND_OF_TOPIC = tableOf<NoticeKind>({
  "alerts.person.mentioned": "alerts.mentioned",
  "alerts.alert.assigned": "alerts.assigned",
  "incidents.person.mentioned": "cases.mentioned",
  "incidents.case.told": "cases.told",
  "incidents.task.assigned": "cases.task_assigned",
  "approvals.request.opened": "approvals.opened",
  "approvals.request.decided": "approvals.decided",
  "auth.break_glass.used": "access.break_glass",
  "people.handover.signed": "people.handover",
  "people.escalation.raised": "people.escalation",
});

/** The part of such news that is the same everywhere. */
const PersonalNews = z.object({
  people: z.array(z.string().max(64)).max(10_000),
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  object: z.object({
    kind: z.string(),
    id: z.string(),
    title: z.union([z.string(), z.object({ vi: z.string(), en: z.string() })]),
  }),
  tlp: z.enum(["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]).optional(),
  exerciseId: z.string().optional(),
  /** People who are called whatever they chose. */
  calls: z
    .array(
      z.object({
        personId: z.string().nullable(),
        name: z.string(),
        way: z.enum(["mail", "sms"]),
        address: z.string(),
        language: z.enum(["vi", "en"]),
      }),
    )
    .max(1_000)
    .optional(),
});

/** Every piece of news that names people reaches them; its place in the outbox makes it one. */
export function tellNews(outbox: Outbox, { notices, log }: { notices: Notices; log: Log }): void {
  for (const [topic, kind] of Object.entries(KIND_OF_TOPIC)) {
    outbox.on(topic, async (payload, seq) => {
      const parsed = PersonalNews.safeParse(payload);
      // News nobody can read must not hold back what comes after it.
      if (!parsed.success) return log.error({ topic, seq }, "news does not name its people and object");
      const { people, by, object, tlp, exerciseId, calls } = parsed.data;
      await notices.tell({
        key: `news:${seq}`,
        kind,
        urgency: NOTICE_KINDS[kind],
        people,
        by,
        object,
        path: pathOf(object),
        tlp,
        exerciseId,
        calls,
      });
    });
  }
}
