/**
 * An inclusion path as steps that need no arithmetic: on which side each sibling stands (RFC 9162 §2.1.3.2). Somebody
 * with a shell can walk it.
 */
export interface ProofStep {
  readonly side: "L" | "R";
  readonly sibling: string;
}

export function proofSteps(claim: {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}): ProofStep[] {
  let [at, last] = [claim.index, claim.size - 1];
  return claim.path.map((sibling) => {
    const isRight = at % 2 === 1 || at === last;
    if (isRight) while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    [at, last] = [half(at), half(last)];
    return { side: isRight ? "L" : "R", sibling };
  });
}

/** Not `>> 1`: sizes may pass 2^31. */
function half(value: number): number {
  return Math.floor(value / 2);
}
