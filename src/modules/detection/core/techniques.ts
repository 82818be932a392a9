const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/iu;

/** ATT&CK techniques that tags name (specification, "Tags": `attack.t1059.001`), upper case, in order, each once. */
export function techniquesOf(tags: readonly string[]): string[] {
  return [...new Set(tags.flatMap((tag) => TECHNIQUE.exec(tag)?.[1]?.toUpperCase() ?? []))];
}
