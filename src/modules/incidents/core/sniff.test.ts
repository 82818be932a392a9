import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proofSteps } from "./proof-steps.ts";
import { sniff } from "./sniff.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

describe("what a file is", () => {
  test.each<[string, string, string, boolean, boolean]>([
    ["4d5a90000300", "hoa-don.pdf", "Windows executable", true, true],
    ["4d5a90000300", "setup.exe", "Windows executable", false, true],
    ["255044462d312e37", "hoa-don.pdf", "PDF", false, false],
    ["255044462d312e37", "hoa-don.pdf.exe", "PDF", true, false],
    ["504b0304", "bao-cao.docx", "ZIP archive", false, false],
    ["d0cf11e0a1b11ae1", "bang-luong.xlsx", "OLE document", true, false],
    ["2321202f62696e2f7368", "ghi-chu.txt", "script", true, true],
    ["7f454c46", "khong-duoi", "ELF executable", false, true],
    ["48656c6c6f", "a.ps1", "text", false, true],
    ["48656c6c6f", "a.png", "text", true, false],
    ["00010203", "a.png", "unknown", true, false],
    ["", "rong.txt", "empty", false, false],
  ])("%s called %s is %s", (hex, name, media, mismatch, executable) => {
    expect(sniff(bytes(hex), name)).toEqual({ media, mismatch, executable });
  });

  test("a tar and an ISO image are known by bytes that stand far in", () => {
    const tar = new Uint8Array(512);
    tar.set(Buffer.from("ustar"), 257);
    expect(sniff(tar, "a.tar").media).toBe("tar archive");
    const iso = new Uint8Array(33_000);
    iso.set(Buffer.from("CD001"), 32_769);
    expect(sniff(iso, "a.iso").media).toBe("ISO image");
  });

  test("never throws, whatever the bytes and the name", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), fc.string(), (head, name) => void sniff(head, name)));
  });
});

test("a proof of a tree of one leaf has no steps, and the last leaf of an odd tree hangs on the left", () => {
  expect(proofSteps({ index: 0, size: 1, path: [] })).toEqual([]);
  expect(proofSteps({ index: 2, size: 3, path: ["a"] })).toEqual([{ side: "L", sibling: "a" }]);
  expect(proofSteps({ index: 0, size: 3, path: ["a", "b"] }).map(({ side }) => side)).toEqual(["R", "R"]);
});
