import { PERMISSIONS } from "../../http/route.ts";
import { IsoTime } from "../../http/shapes.ts";
import { z } from "../../schema/index.ts";

export const RoleId = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/u);
const PermissionName = z.enum(PERMISSIONS);
const Name = z.string().trim().min(1).max(80);
const Note = z.string().trim().max(400);

export const Role = z
  .object({
    id: RoleId,
    /** Named by the catalogue (role.<id>) when null. */
    name: z.string().nullable(),
    note: z.string(),
    builtIn: z.boolean(),
    /** A built-in role that holds something else than it came with. */
    changed: z.boolean(),
    permissions: z.array(z.string()),
    /** What a built-in role came with; empty for own ones. */
    standard: z.array(z.string()),
    people: z.int(),
    /** What a change has to name; 0 as long as nobody changed it. */
    version: z.int(),
    changedAt: IsoTime.nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: "Role" });
export const RoleList = z.object({
  items: z.array(Role),
  /** Every permission there is. */
  permissions: z.array(z.string()),
});
export const RoleCreate = z.strictObject({
  name: Name,
  note: Note.default(""),
  permissions: z.array(PermissionName).max(200),
});
export const RoleChange = z.strictObject({
  version: z.int().min(0),
  name: Name.optional(),
  note: Note.optional(),
  permissions: z.array(PermissionName).max(200),
});
