/** Checks on tags, against the ATT&CK tables. */
import { currentTechnique, domainOfTechnique, parentOf, techniquesOf } from "../attack/table.ts";
import { entry, maybeFix, replaceIn, scalars, scalarText } from "./nodes.ts";
import type { Subject } from "./remark.ts";

const NAMESPACES = new Set(["attack", "atlas", "car", "cve", "d3fend", "detection", "stp", "tlp", "mbc"]);

export function checkTags(subject: Subject): void {
  const { root, report, lines } = subject;
  const nodes = scalars(root, "tags");
  if (nodes.length === 0) {
    if (entry(root, "filter") === undefined)
      report.add("tags.missing", root.line, "the document has no tags", {
        hint: "tactic and technique: attack.impact, attack.t1490",
      });
    return;
  }
  const seen = new Set<string>();
  for (const node of nodes) {
    const tag = scalarText(node) ?? "";
    if (seen.has(tag.toLowerCase())) report.add("tags.duplicate", node.line, `the tag ${tag} stands here twice`);
    seen.add(tag.toLowerCase());
    if (!/^[a-z0-9_-]+\.[a-z0-9._-]+$/u.test(tag)) {
      const fix = replaceIn(lines, node.line, {
        from: tag,
        to: tag.toLowerCase(),
        description: "write it in small letters",
      });
      const isCase = /^[a-z0-9_-]+\.[a-z0-9._-]+$/iu.test(tag);
      report.add("tags.form", node.line, `"${tag}" is not a tag`, {
        hint: "namespace.name in small letters",
        ...maybeFix(isCase ? fix : undefined),
      });
    } else if (!NAMESPACES.has(tag.split(".", 1)[0] ?? ""))
      report.add("tags.namespace", node.line, `the namespace of ${tag} is not one Sigma defines`);
    if (/^attack\./iu.test(tag)) checkAttack(tag.toLowerCase(), node.line, subject);
  }
  checkTogether([...seen], subject);
}

const GROUP_OR_SOFTWARE = /^attack\.[gs]\d{4}$/u;

function checkAttack(tag: string, line: number, { report, context, lines }: Subject): void {
  const { attack } = context;
  if (GROUP_OR_SOFTWARE.test(tag) || attack.enterprise.tactics.length === 0) return;
  const [id] = techniquesOf([tag]);
  if (id === undefined) {
    const short = tag.slice("attack.".length);
    const tactics = new Set([...attack.enterprise.tactics, ...attack.ics.tactics].map((tactic) => tactic.short));
    if (tactics.has(short)) return;
    const hyphened = short.replaceAll("_", "-");
    const known = tactics.has(hyphened);
    const written = lines[line - 1]?.match(/attack\.[\w-]+/iu)?.[0] ?? tag;
    const fix = known
      ? replaceIn(lines, line, { from: written, to: `attack.${hyphened}`, description: `write attack.${hyphened}` })
      : undefined;
    report.add(
      "tags.tactic-unknown",
      line,
      `ATT&CK ${attack.enterprise.version} has no tactic "${short}"`,
      maybeFix(fix),
    );
    return;
  }
  if (attack[domainOfTechnique(id)].techniques.has(id)) return;
  const current = currentTechnique(id, attack);
  if (current === undefined) {
    const gone = attack[domainOfTechnique(id)].retired.has(id);
    const message = gone
      ? `${id} is no longer part of ATT&CK`
      : `ATT&CK ${attack.enterprise.version} has no technique ${id}`;
    report.add(gone ? "tags.technique-retired" : "tags.technique-unknown", line, message);
    return;
  }
  const to = `attack.${current.id.toLowerCase()}`;
  const written = lines[line - 1]?.match(/attack\.t[\d.]+\d/iu)?.[0] ?? tag;
  report.add("tags.technique-retired", line, `${id} became ${current.id} (${current.name})`, {
    ...maybeFix(replaceIn(lines, line, { from: written, to, description: `write ${to}` })),
  });
}

/** Techniques and tactics belong together. */
function checkTogether(tags: readonly string[], { root, report, context }: Subject): void {
  const { attack } = context;
  const line = entry(root, "tags")?.line ?? root.line;
  const techniques = techniquesOf(tags);
  if (techniques.length === 0) {
    report.add("tags.no-technique", line, "no tag names an ATT&CK technique", { hint: "coverage counts techniques" });
    return;
  }
  for (const id of techniques) {
    const known = currentTechnique(id, attack);
    if (known === undefined || known.tactics.some((short) => tags.includes(`attack.${short}`))) continue;
    const parent = parentOf(known.id);
    const name =
      parent === undefined
        ? known.name
        : `${attack[domainOfTechnique(id)].techniques.get(parent)?.name ?? parent}: ${known.name}`;
    report.add("tags.tactic-missing", line, `${known.id} (${name}) comes without its tactic`, {
      hint: known.tactics.map((short) => `attack.${short}`).join(" or "),
    });
  }
}
