import { type Retention, retentionKinds } from "../modules/lake/index.ts";
import type { Approvals } from "../platform/approvals/index.ts";
import { type Auth, GRANT_ADMIN } from "../platform/auth/index.ts";

/** Everything that can be put under a second pair of eyes, one line each. */
export function wireApprovals(parts: { approvals: Approvals; auth: Auth; retention: Retention }): void {
  const { approvals, auth, retention } = parts;
  auth.service.governBy(approvals);
  approvals.register({
    kind: GRANT_ADMIN,
    carryOut: (tx, request) => auth.service.grant(tx, request, request.by),
  });
  for (const kind of retentionKinds(retention)) approvals.register(kind);
}
