import { z } from "../schema/index.ts";

/** `alert:<id>`, `case:<id>`: what somebody looks at. */
export const PresenceObject = z.string().regex(/^[a-z]{1,20}:[\w.-]{1,64}$/u);
export const PresenceRequest = z.object({
  object: PresenceObject,
  doing: z.enum(["looking", "writing", "gone"]),
});
export const PresenceAt = z.object({
  object: z.string(),
  people: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      doing: z.enum(["looking", "writing"]),
      since: z.iso.datetime({ offset: true }),
    }),
  ),
});
export const PresenceList = z.object({ items: z.array(PresenceAt) });
