import { expect, test } from "vitest";
import type { StoredEvent } from "../../api/types.ts";
import { doneIn } from "./done.ts";

const event = (entities: StoredEvent["entities"]): StoredEvent => ({
  id: "0".repeat(32),
  time: "2026-11-21T00:00:00Z",
  ingestedAt: "2026-11-21T00:00:00Z",
  sensor: "s",
  logsource: {},
  format: "test",
  entities,
  fields: {},
  raw: "",
});

test("programs are counted by name, most first; what does not fit is counted", () => {
  const many = Array.from({ length: 14 }, (_, at) => event({ dstIp: `10.0.0.${at}` }));
  const told = doneIn([
    event({ process: "C:\\Windows\\cmd.exe" }),
    event({ process: "C:\\Windows\\cmd.exe" }),
    event({ process: "/usr/bin/id" }),
    event({}),
    ...many,
  ]);
  expect(told[0]).toEqual({
    field: "process",
    values: [
      { value: "C:\\Windows\\cmd.exe", shown: "cmd.exe", count: 2 },
      { value: "/usr/bin/id", shown: "id", count: 1 },
    ],
    more: 0,
  });
  expect(told[1]).toMatchObject({ field: "dstIp", more: 2 });
  expect(told).toHaveLength(2);
});
