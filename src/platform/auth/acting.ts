import { type AuditRecord, actorOf } from "../audit/index.ts";
import type { Permission, Principal } from "../http/route.ts";

/** Who acts, and from where. */
export interface Acting {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
  /** What they hold; absent when the program itself acts. */
  readonly permissions?: ReadonlySet<Permission>;
}

export function acting(asked: { who: Principal; peer: string }): Acting {
  return { actor: actorOf(asked.who), peer: asked.peer, permissions: asked.who.permissions };
}
