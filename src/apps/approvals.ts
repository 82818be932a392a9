import type { Incidents } from "../modules/incidents/index.ts";
import { type Retention, retentionKinds } from "../modules/lake/index.ts";
import type { Approvals, Approved } from "../platform/approvals/index.ts";
import { type Auth, GRANT_ADMIN } from "../platform/auth/index.ts";
import type { Tx } from "../platform/db/index.ts";
import type { Permission } from "../platform/http/index.ts";

/** Who agrees to requests; some need another permission besides. */
export async function decidersOf(auth: Auth, also?: Permission): ReturnType<Auth["service"]["holders"]> {
  const deciders = await auth.service.holders("approvals.decide");
  if (also === undefined) return deciders;
  const holding = new Set((await auth.service.holders(also)).map(({ id }) => id));
  return deciders.filter(({ id }) => holding.has(id));
}

/**
 * Two people open a restricted case to a third; nobody leaves who is the last to open one. Events are let go sooner by
 * two as well, a case's in the case.
 */
export function wireCases(parts: {
  approvals: Approvals;
  auth: Auth;
  incidents: Incidents;
  retention: Retention;
}): void {
  const { approvals, auth, incidents, retention } = parts;
  const byCase = (tx: Tx, request: Approved) =>
    incidents.holds.carryOut(tx, request, (inside, id) => auth.service.standingOf(inside, id));
  for (const kind of retentionKinds(retention, byCase)) approvals.register(kind);
  approvals.register(incidents.access.kind((tx, id) => auth.service.standingOf(tx, id)));
  auth.service.guardLeaving(async (tx, { people, loses, others }) => {
    if (loses.has("cases.read")) await incidents.access.requireSuccessor(tx, people, await others("cases.read"));
  });
}

/** Giving the right to administer people may be put under a second pair of eyes. */
export function wireGrants({ approvals, auth }: { approvals: Approvals; auth: Auth }): void {
  auth.service.governBy(approvals);
  approvals.register({
    kind: GRANT_ADMIN,
    carryOut: (tx, request) => auth.service.grant(tx, request, request.by),
  });
}
