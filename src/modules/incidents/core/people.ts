/** People told once each, by their ids. */
export function unique<One extends { readonly id: string }>(people: readonly One[]): One[] {
  return [...new Map(people.map((one) => [one.id, one])).values()];
}
