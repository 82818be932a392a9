import { isFault } from "../../../kernel/index.ts";

/** Why a message did not leave. `final`: the same would happen again, nobody should wait for it. */
export class Undelivered extends Error {
  readonly code: string;
  readonly final: boolean;
  readonly waitMs: number | undefined;

  constructor(code: string, outcome: { readonly final: boolean; readonly waitMs?: number | undefined }) {
    super(code);
    this.name = "Undelivered";
    this.code = code;
    this.final = outcome.final;
    this.waitMs = outcome.waitMs;
  }
}

/** Anything thrown on the way, without what it says: messages of libraries may hold addresses and secrets. */
export function asUndelivered(error: unknown): Undelivered {
  if (error instanceof Undelivered) return error;
  if (isFault(error)) return new Undelivered(error.code, { final: error.kind === "forbidden" });
  return new Undelivered("notices.way.unreachable", { final: false });
}
