import { useStored } from "../../../kit/storage.ts";

const MAX_KEPT = 30;
export const MAX_RECENT_SHOWN = 8;

/** The newest first, each once. */
export function withRecent(recent: readonly string[], query: string): readonly string[] {
  const text = query.trim();
  return text === "" ? recent : [text, ...recent.filter((each) => each !== text)].slice(0, MAX_KEPT);
}

/** Queries this browser has run. */
export function useRecent() {
  const [recent, setRecent] = useStored<readonly string[]>("hunt.recent", []);
  return {
    recent,
    remember: (query: string) => setRecent(withRecent(recent, query)),
    forget: () => setRecent([]),
  };
}
