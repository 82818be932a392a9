/** `value of the claim=role`, most powerful first: the first that fits is the person's role. */
export interface RoleRule {
  readonly value: string;
  readonly role: string;
}

export function parseRoleRule(text: string): RoleRule | undefined {
  // Values may be distinguished names, which have "=" in them; role ids have not.
  const at = text.lastIndexOf("=");
  const [value, role] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return at < 1 || value === "" || !/^[a-z0-9][a-z0-9-]*$/u.test(role) ? undefined : { value, role };
}

/** undefined: nothing the provider says of the person gives a role here. */
export function mappedRole(rules: readonly RoleRule[], claim: unknown): string | undefined {
  const said = new Set(typeof claim === "string" ? [claim] : Array.isArray(claim) ? claim.map(String) : []);
  return rules.find(({ value }) => said.has(value))?.role;
}
