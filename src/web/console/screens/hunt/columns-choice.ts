import { useStored } from "../../../kit/storage.ts";
import { columnsOf, type HuntSearch } from "./search.ts";

/** Columns of the results: those of the address, so that a link shows the same, else what this browser last chose. */
export function useHuntColumns(search: HuntSearch, onChange: (part: HuntSearch) => void) {
  const [own, setOwn] = useStored<readonly string[]>("hunt.columns", []);
  const columns = columnsOf(search) ?? own;
  const toggle = (name: string) => {
    const next = columns.includes(name) ? columns.filter((each) => each !== name) : [...columns, name];
    setOwn(next);
    if (search.cols !== undefined) onChange({ cols: next.length === 0 ? undefined : next.join(",") });
  };
  return { columns, toggle };
}
