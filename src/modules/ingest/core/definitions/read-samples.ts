/** The samples of a definition: a line as it arrives, and what must come of it. */
import type { DocumentNode, FieldScalar } from "../../../../kernel/index.ts";
import { logSource } from "../logsources.ts";
import type { Sample } from "./definition.ts";
import { MAX_SAMPLES } from "./limits.ts";
import type { MapReader, Problems } from "./node-reader.ts";

function scalarOf(node: DocumentNode): FieldScalar | readonly FieldScalar[] | undefined {
  if (node.kind === "scalar") return node.written ?? node.value;
  if (node.kind === "map") return undefined;
  return node.items.map((item) => (item.kind === "scalar" ? (item.written ?? item.value) : null));
}

function expectedFields(map: MapReader): Sample["fields"] {
  const node = map.node("fields");
  const fields = Object.create(null) as Record<string, FieldScalar | readonly FieldScalar[]>;
  if (node?.kind !== "map") return fields;
  for (const entry of node.entries) {
    const value = scalarOf(entry.value);
    if (value !== undefined) fields[entry.key] = value;
  }
  return fields;
}

export function readSamples(top: MapReader, problems: Problems): readonly Sample[] {
  const maps = top.maps("samples");
  if (maps.length > MAX_SAMPLES) problems.wrong(top.lineOf("samples"), `more than ${MAX_SAMPLES} samples`);
  return maps.flatMap((map) => {
    const raw = map.text("line");
    const format = map.text("format");
    const parser = map.text("parser");
    const host = map.text("host");
    const time = map.text("time");
    const source = map.map("logsource");
    const sample = {
      line: map.line,
      raw: raw ?? "",
      matches: map.truth("matches") ?? true,
      fields: expectedFields(map),
      entities: map.scalars("entities"),
      ...(format === undefined ? {} : { format }),
      ...(parser === undefined ? {} : { parser }),
      ...(host === undefined ? {} : { host }),
      ...(time === undefined ? {} : { time }),
      ...(source === undefined
        ? {}
        : { logsource: logSource(source.text("product"), source.text("service"), source.text("category")) }),
    };
    source?.done("logsource");
    map.done("a sample");
    if (raw !== undefined) return [sample];
    problems.wrong(map.line, "a sample needs its line", "line: '…'");
    return [];
  });
}
