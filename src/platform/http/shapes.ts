import { z } from "../schema/index.ts";

/** RFC 9457 problem details, as every error of the API is told. */
export const Problem = z
  .object({
    type: z.string().describe("URN of the code: urn:khien:fault:<code>"),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional().describe("Id of the request, also in the log"),
    code: z.string().describe("Stable code, translated by the client under fault.<code>"),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    problems: z
      .array(
        z.object({
          file: z.string(),
          line: z.int(),
          column: z.int().optional(),
          code: z.string(),
          message: z.string(),
          hint: z.string().optional(),
        }),
      )
      .optional()
      .describe("What is wrong with content that was sent (a rule, an exception), line by line"),
  })
  .meta({ id: "Problem" });

/** Cursor pagination: pass `nextCursor` back as `cursor`; null means the end. Cursors are opaque. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const Cursor = z.string().max(512).optional();
export const IsoTime = z.iso.datetime({ offset: true });
export const Limit = (max: number, fallback: number) => z.coerce.number().int().min(1).max(max).default(fallback);
/** A list in one query parameter: `status=open,taken`. */
export const CommaList = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").filter((part) => part !== "") : value),
    z.array(item),
  );
