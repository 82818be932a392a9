import type { CasePage, Part, PartKind, PartOf } from "../../api/case-types.ts";

export function partsOf<Kind extends PartKind>(page: CasePage, kind: Kind): PartOf<Kind>[] {
  return page.parts.filter((part): part is Part & PartOf<Kind> => part.content.kind === kind);
}
