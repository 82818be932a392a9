/** A rule archive as a team of detection engineers would hand one over: three good rules and two broken ones. */
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";

function rule(title: string, id: string, detection: string): string {
  return `title: ${title}
id: ${id}
status: experimental
description: A rule of the browser tests.
author: Tổ phát hiện Sông Lam
license: Apache-2.0
logsource:
  product: windows
  category: process_creation
detection:
${detection}
level: medium
`;
}

const GOOD = "  found:\n    CommandLine|contains: kiem-thu\n  condition: found";
export const BROKEN_FILE = "luat-cua-to/sai-dieu-kien.yml";
export const GOOD_TITLE = "Công cụ kiểm thử chạy trên máy chủ";

const FILES: Readonly<Record<string, string>> = {
  "luat-cua-to/kiem-thu.yml": rule(GOOD_TITLE, "7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0001", GOOD),
  "luat-cua-to/cong-cu-la.yml": rule("Tool outside the list", "7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0002", GOOD),
  "luat-cua-to/khong-nguon.yml": rule("A source nobody sends", "7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0003", GOOD).replace(
    "product: windows\n  category: process_creation",
    "product: zos\n  service: racf",
  ),
  [BROKEN_FILE]: rule(
    "Condition names nothing",
    "7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0004",
    GOOD.replace("condition: found", "condition: missing"),
  ),
  "luat-cua-to/sai-yaml.yml": 'title: "unclosed\n',
  "luat-cua-to/LICENSE": "Apache License 2.0\n",
};

export async function ruleArchive(): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(FILES)) archive.entry({ name }, text);
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}
