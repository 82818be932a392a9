/**
 * Pictures of the running console. `SCREENSHOTS=1` rewrites those of the README; `ALBUM=<folder>` keeps one of every
 * screen in every look, for people to look at before they call a screen done.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { View } from "./view.ts";

const README_PICTURES = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));

function take({ page }: View): Promise<Buffer> {
  return page.screenshot({ animations: "disabled", caret: "hide" });
}

/** A picture of the README; taken in every run, kept when asked to. */
export async function takeForReadme(view: View, name: string): Promise<Buffer> {
  const picture = await take(view);
  if (process.env["SCREENSHOTS"] !== undefined) writeFileSync(join(README_PICTURES, `${name}.png`), picture);
  return picture;
}

export async function takeForAlbum(view: View, name: string): Promise<void> {
  const album = process.env["ALBUM"];
  if (album === undefined) return;
  mkdirSync(album, { recursive: true });
  writeFileSync(join(album, `${name.replaceAll(/[^a-z0-9]+/gu, "-")}.png`), await take(view));
}
