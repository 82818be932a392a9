import { Fault } from "../../kernel/index.ts";
import type { ZodType, z } from "../schema/index.ts";

/** Opaque to callers: where a page ended. Not secret, not signed: it is validated like any other input. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

export function decodeCursor<Shape extends ZodType>(
  cursor: string | undefined,
  shape: Shape,
): z.output<Shape> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new Fault("invalid", "http.cursor.invalid", "the cursor is not one this list gave out");
  }
}
