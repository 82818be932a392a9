import { MAX_INVENTORIES } from "../limits.ts";
import type { HotFile } from "./hot-files.ts";
import { type Inventory, joinedInventory } from "./inventory.ts";

/** What is in segments the log has not been told of yet. One that is not here is read from its file. */
export class UntoldInventories {
  readonly #byName = new Map<string, Inventory>();

  /** `files` are joined in this order to the segment of this name. */
  keep(name: string, files: readonly HotFile[]): void {
    const inventory = joinedInventory(files.map((file) => file.inventory));
    if (inventory === undefined) return;
    this.#byName.set(name, inventory);
    const [oldest] = this.#byName.keys();
    if (this.#byName.size > MAX_INVENTORIES && oldest !== undefined) this.#byName.delete(oldest);
  }

  /** Given once. */
  take(name: string): Inventory | undefined {
    const inventory = this.#byName.get(name);
    this.#byName.delete(name);
    return inventory;
  }
}
