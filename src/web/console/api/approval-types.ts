import type * as ApprovalShapes from "../../../platform/approvals/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type ApprovalRequest = z.infer<typeof ApprovalShapes.ApprovalRequest>;
export type ApprovalList = z.infer<typeof ApprovalShapes.ApprovalList>;
export type ApprovalKinds = z.infer<typeof ApprovalShapes.ApprovalKinds>;
