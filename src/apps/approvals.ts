import type { Incidents } from "../modules/incidents/index.ts";
import { type Retention, retentionKinds } from "../modules/lake/index.ts";
import type { Approvals } from "../platform/approvals/index.ts";
import { type Auth, GRANT_ADMIN } from "../platform/auth/index.ts";
import type { Permission } from "../platform/http/index.ts";

/** Who agrees to requests; some need another permission besides. */
export async function decidersOf(auth: Auth, also?: Permission): ReturnType<Auth["service"]["holders"]> {
  const deciders = await auth.service.holders("approvals.decide");
  if (also === undefined) return deciders;
  const holding = new Set((await auth.service.holders(also)).map(({ id }) => id));
  return deciders.filter(({ id }) => holding.has(id));
}

/** Two people open a restricted case to a third; nobody leaves who is the last to open one. */
export function wireCaseAccess(parts: { approvals: Approvals; auth: Auth; incidents: Incidents }): void {
  const { approvals, auth, incidents } = parts;
  approvals.register(incidents.access.kind((tx, id) => auth.service.standingOf(tx, id)));
  auth.service.guardLeaving(async (tx, { people, loses, others }) => {
    if (loses.has("cases.read")) await incidents.access.requireSuccessor(tx, people, await others("cases.read"));
  });
}

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
