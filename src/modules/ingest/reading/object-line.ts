/** Tells of most lines that they are JSON objects without making anything of them. */
import { JsonLine } from "./json-line.ts";

let json: JsonLine | undefined;

/** True: JSON.parse makes an object of the line. False: somebody has to look. */
export function isObjectLine(bytes: Uint8Array): boolean {
  json ??= new JsonLine();
  return json.loadLine(bytes) && json.read(0) !== undefined && json.end === bytes.length;
}
