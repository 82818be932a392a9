import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, type Inline, isOwnPage, parseInline, parseMarkdown } from "./markdown.ts";

const textOf = (parts: readonly Inline[]): string =>
  parts.map((part) => ("parts" in part ? textOf(part.parts) : part.text)).join("");

describe("notes", () => {
  test("headings, lists, quotes, code and paragraphs", () => {
    const kinds = parseMarkdown(
      "# Tóm tắt\nMáy **PC-KT07** bị chiếm.\nTiếp.\n\n- một\n- hai\n1. ba\n> trích\n```\n# x\n```\nhết",
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      "heading",
      "paragraph",
      "list",
      "list",
      "quote",
      "code",
      "paragraph",
    ]);
    expect(kinds[2]).toMatchObject({ ordered: false, items: [[{ text: "một" }], [{ text: "hai" }]] });
    expect(kinds[5]).toEqual({ kind: "code", text: "# x" });
  });

  test("emphasis and code inside a line; names with underscores stay names", () => {
    expect(parseInline("a **b *c*** `d*` svc_backup_01 _e_").map(({ kind }) => kind)).toContain("strong");
    expect(parseInline("`d*` svc_backup_01")).toEqual([
      { kind: "code", text: "d*" },
      { kind: "text", text: " svc_backup_01" },
    ]);
  });

  test("markup is text", () => {
    const hostile = "<img src=x onerror=alert(1)> <script>1</script> &lt;";
    expect(parseMarkdown(hostile)).toEqual([{ kind: "paragraph", parts: [{ kind: "text", text: hostile }] }]);
  });

  test.each(["/hunt?q=a", "/alerts", "/entities/host/DC01"])("%s is a page of ours", (to) => {
    expect(parseInline(`[x](${to})`)).toEqual([{ kind: "link", to, parts: [{ kind: "text", text: "x" }] }]);
  });

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/api/v1/x", "/a b"])(
    "%s is not",
    (to) => {
      expect(isOwnPage(to)).toBe(false);
      expect(parseInline(`[x](${to})`)).toEqual([{ kind: "text", text: `[x](${to})` }]);
    },
  );

  test("whatever is written, it is read, and no word is lost", () => {
    const words = fc.array(
      fc.constantFrom("a", "*", "**", "_", "`", "[", "](", ")", "/x", "\n", "- ", "# ", "> ", " "),
    );
    fc.assert(
      fc.property(words, (pieces) => {
        const blocks: Block[] = parseMarkdown(pieces.join(""));
        const told = blocks
          .map((block) =>
            block.kind === "code"
              ? block.text
              : block.kind === "list"
                ? block.items.map(textOf).join("")
                : textOf(block.parts),
          )
          .join("");
        expect(told.split("a").length).toBe(pieces.join("").split("a").length);
      }),
    );
  });

  test("marks that close nowhere cost one look", () => {
    const started = performance.now();
    parseMarkdown("[*_`".repeat(16_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
