import { readFileSync } from "node:fs";
import { PACKAGE_FILE } from "./places.ts";

export const version = (JSON.parse(readFileSync(PACKAGE_FILE, "utf8")) as { version: string }).version;
