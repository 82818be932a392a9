/** Checks on our own extension block, `x-khien`. */
import { entryOf } from "../core/sigma/parse/document.ts";
import { lineOf, mapOf, scalars } from "./nodes.ts";
import type { Subject } from "./remark.ts";

const KEYS = new Set(
  "title_vi description_vi falsepositives_vi entity samples lateness suppress owner reason from until tests".split(" "),
);

export function checkOwnBlock({ root, rule, report }: Subject): void {
  const block = mapOf(root, "x-khien");
  if (block === undefined) return;
  for (const { key, line } of block.entries) {
    if (!KEYS.has(key)) report.add("own.unknown-key", line, `x-khien has no "${key}"`, { hint: [...KEYS].join(", ") });
  }
  if (rule?.kind === "detection" && entryOf(block, "samples") === undefined)
    report.add("own.samples-missing", lineOf(root, "x-khien"), "the rule has no samples of its own", {
      hint: "one that fires, one that must not",
    });
  const [texts, translated] = [scalars(root, "falsepositives"), scalars(block, "falsepositives_vi")];
  if (translated.length > 0 && translated.length !== texts.length)
    report.add(
      "own.translations",
      lineOf(block, "falsepositives_vi"),
      `${translated.length} translations of ${texts.length} false positives`,
    );
}
