import type { NotebookHistory, NotebookPage } from "../../api/investigation-types.ts";
import { saveText } from "../../download.ts";

const FORMAT = "khien-notebook/1";
/** How anybody can recompute the seals of the file without this program. */
const SEAL =
  "hash = SHA-256 in hex of JSON.stringify([previous hash (of the first entry: the notebook's id), seq, at in ms since 1970, by.id, by.name, change])";

/** The page as it stands with every entry that made it, for keeping as evidence. */
export function saveNotebook(page: NotebookPage, { items }: NotebookHistory): void {
  const name = page.title
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[đĐ]/gu, "d")
    .replaceAll(/[^A-Za-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "")
    .toLowerCase();
  const file = { format: FORMAT, seal: SEAL, page, entries: items };
  saveText(`${name === "" ? "notebook" : name}.json`, `${JSON.stringify(file, null, 1)}\n`);
}
