import { expect, test } from "vitest";
import { tableOf } from "./table.ts";

test("a table knows its own words and no others", () => {
  const table = tableOf({ sshd: 38, ["__proto__"]: 1 });
  expect(table["sshd"]).toBe(38);
  for (const word of ["constructor", "toString", "valueOf", "hasOwnProperty", "sshd "])
    expect(table[word]).toBeUndefined();
  expect(Object.keys(table)).toContain("sshd");
  expect({ ...table }).toMatchObject({ sshd: 38 });
  expect(() => Object.assign(table, { sshd: 1 })).toThrow(TypeError);
});
