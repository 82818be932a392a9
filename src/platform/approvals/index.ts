import { type Migration, readMigrations } from "../db/index.ts";

export {
  type Approved,
  type ApprovalKind,
  type ApprovalRequest,
  Approvals,
  isRequestOpened,
  REQUEST_DECIDED,
  REQUEST_OPENED,
  type Wanted,
} from "./approvals.ts";
export { EXPIRE_EVERY_MS } from "./limits.ts";
export { approvalRoutes } from "./routes.ts";

export const approvalMigrations: Migration[] = readMigrations(
  "platform-approvals",
  new URL("./migrations/", import.meta.url),
);
