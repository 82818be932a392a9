import { useEffect, useRef } from "react";
import { type KeyHandlers, registerKeys } from "./dispatch.ts";

/** Binds shortcuts while the component is mounted; handlers may change with every render. */
export function useKeys(handlers: KeyHandlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => registerKeys(() => latest.current), []);
}
