import type { ReactNode } from "react";
import { LiveProvider } from "../live/live.tsx";
import { ValueMenuProvider } from "../values/value-menu.tsx";
import { ExerciseBanner } from "./exercise-banner.tsx";
import { RefusalBanner } from "./refusal-banner.tsx";

/** A screen without rail and bar, for a display on a wall. What must never be overlooked stays. */
export function WallFrame({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <ValueMenuProvider>
        <RefusalBanner />
        <ExerciseBanner />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </ValueMenuProvider>
    </LiveProvider>
  );
}
