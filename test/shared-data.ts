import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../shared/data/", import.meta.url));

/** Path of a folder or file of the outside test data beside the checkout, or undefined when it is not there. */
export function sharedData(relative: string): string | undefined {
  const path = root + relative;
  return existsSync(path) ? path : undefined;
}
