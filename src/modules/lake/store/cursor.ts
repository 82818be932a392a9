/** Where a page ended: order, time and id of its last event. Opaque to callers, checked when it comes back. */
import { Fault, isUsableInstant } from "../../../kernel/index.ts";

const CURSOR = /^([no])\.(-?\d{1,16})\.([0-9a-f]{32})$/;

export function encodeCursor(last: { readonly time: string; readonly id: string }, order: "newest" | "oldest"): string {
  return `${order[0]}.${Date.parse(last.time)}.${last.id}`;
}

export function decodeCursor(
  text: string | undefined,
  order: "newest" | "oldest",
): { readonly time: number; readonly id: string } | undefined {
  if (text === undefined) return undefined;
  const match = CURSOR.exec(text);
  const time = Number(match?.[2]);
  const id = match?.[3];
  if (id === undefined || match?.[1] !== order[0] || !isUsableInstant(time)) {
    throw new Fault("invalid", "lake.query.cursor", "the cursor does not belong to this search");
  }
  return { time, id };
}
