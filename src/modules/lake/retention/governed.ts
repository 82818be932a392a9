/**
 * What destroys evidence sooner may need a second person: lifting a hold, and whatever lets events go earlier. Nothing
 * is done here while that is asked for; what was agreed to comes back through `carryOut`.
 */
import type { ApprovalKind, Approved, Wanted } from "../../../platform/approvals/index.ts";
import type { Tx } from "../../../platform/db/index.ts";
import { mayShorten } from "./core/shortening.ts";
import type { Asker, Retention } from "./retention.ts";
import type { TermInput } from "./schemas.ts";

export const RELEASE_HOLD = "lake.hold.release";
export const SHORTEN_RETENTION = "lake.retention.shorten";

/** undefined: it lengthens what is kept, or changes nothing of it. */
export async function holdRelease(retention: Retention, id: string, reason: string): Promise<Wanted | undefined> {
  const hold = (await retention.holds()).find((one) => one.id === id && one.releasedAt === null);
  if (hold === undefined) return undefined;
  const details = { name: hold.name, heldFor: hold.reason, reason };
  return { kind: RELEASE_HOLD, object: { kind: "hold", id, title: hold.name }, details, reason };
}

export async function termChange(
  retention: Retention,
  change: { id?: string; input?: TermInput; now: number },
): Promise<Wanted | undefined> {
  const { id, input, now } = change;
  const before = (await retention.terms()).find((one) => one.id === id);
  const after = input === undefined ? undefined : { ...input, keep: retention.keepOf(input) };
  if (!mayShorten(before, after, now)) return undefined;
  const title = input?.name ?? before?.name ?? "";
  const details = {
    act: id === undefined ? "add" : input === undefined ? "remove" : "change",
    before: before === undefined ? null : { sensor: before.sensor, product: before.product, keep: before.keep },
    after: after === undefined ? null : { sensor: after.sensor, product: after.product, keep: after.keep },
    input: input ?? null,
  };
  return {
    kind: SHORTEN_RETENTION,
    object: { kind: "retention-term", id: id ?? `new ${title}`, title },
    details,
    reason: "",
  };
}

export async function quotaChange(retention: Retention, bytes: number | null): Promise<Wanted | undefined> {
  const before = (await retention.quota()) ?? null;
  if (bytes === null || (before !== null && bytes >= before)) return undefined;
  const object = { kind: "retention-quota", id: "quota", title: "quota" };
  return { kind: SHORTEN_RETENTION, object, details: { act: "quota", before, after: bytes }, reason: "" };
}

/** Says whether the hold was somebody else's, who released it. */
export type HolderRelease = (tx: Tx, request: Approved) => Promise<boolean>;

/** The kinds of request this module carries out. */
export function retentionKinds(retention: Retention, byHolder: HolderRelease): ApprovalKind[] {
  return [
    {
      kind: RELEASE_HOLD,
      carryOut: async (tx, request) => {
        if (await byHolder(tx, request)) return;
        await retention.releaseHold(request.object.id, request.reason, askerOf(request), tx);
      },
    },
    { kind: SHORTEN_RETENTION, carryOut: (tx, request) => shorten(retention, request, tx) },
  ];
}

async function shorten(retention: Retention, request: Approved, tx: Tx): Promise<void> {
  const { act, input, after } = request.details as { act: string; input: TermInput; after: number };
  const asker = askerOf(request);
  const { id } = request.object;
  if (act === "quota") await retention.setQuota(after, asker, tx);
  else if (act === "remove") await retention.removeTerm(id, asker, tx);
  else await retention.setTerm(act === "add" ? undefined : id, input, asker, tx);
}

function askerOf({ by }: Approved): Asker {
  return { actor: { kind: "user", ...by }, peer: null };
}
