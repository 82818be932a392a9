import { RETIRED_FILE_MS } from "../limits.ts";
import { removeFile } from "./hot-files.ts";

/** Files nothing new is asked of: removed once the searches that were planned with them are over. */
export class RetiredFiles {
  readonly #waiting = new Map<NodeJS.Timeout, readonly string[]>();

  retire(paths: readonly string[]): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      for (const path of paths) removeFile(path);
    }, RETIRED_FILE_MS);
    timer.unref();
    this.#waiting.set(timer, paths);
  }

  removeAll(): void {
    for (const [timer, paths] of this.#waiting) {
      clearTimeout(timer);
      for (const path of paths) removeFile(path);
    }
    this.#waiting.clear();
  }
}
