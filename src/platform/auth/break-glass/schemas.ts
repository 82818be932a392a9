import { IsoTime } from "../../http/shapes.ts";
import { z } from "../../schema/index.ts";

const Alarm = z.object({
  id: z.string(),
  raisedAt: IsoTime,
  peer: z.string(),
  acknowledgedAt: IsoTime.nullable(),
  acknowledgedBy: z.string().nullable(),
  reason: z.string().nullable(),
});
export const OpenAlarms = z.object({
  items: z.array(z.object({ id: z.string(), raisedAt: IsoTime, peer: z.string() })),
});
export const BreakGlassState = z.object({
  username: z.string(),
  /** `none`: there is no such account; `used`: its credential was opened and must be made anew. */
  state: z.enum(["none", "sealed", "used"]),
  sealedAt: IsoTime.nullable(),
  sealedBy: z.string().nullable(),
  usedAt: IsoTime.nullable(),
  alarms: z.array(Alarm),
});
/** The only answer that holds the credential. */
export const BreakGlassSealed = z.object({ username: z.string(), credential: z.string() });
export const Acknowledgement = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });
