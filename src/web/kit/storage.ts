import { useCallback, useState } from "react";

function read<Value>(key: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(key);
    return text === null ? fallback : (JSON.parse(text) as Value);
  } catch {
    return fallback;
  }
}

/** State of one browser (widths, columns, saved views): never anything another device would miss. */
export function useStored<Value>(key: string, fallback: Value): readonly [Value, (value: Value) => void] {
  const full = `khien.${key}`;
  const [value, setValue] = useState(() => read(full, fallback));
  const store = useCallback(
    (next: Value) => {
      setValue(next);
      try {
        localStorage.setItem(full, JSON.stringify(next));
      } catch {
        // A full or refused storage costs only the memory of a preference.
      }
    },
    [full],
  );
  return [value, store];
}
