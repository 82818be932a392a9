import { useMutation } from "@tanstack/react-query";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { Sharing } from "../../api/people-types.ts";

export const PATTERNS = ["3x8", "2x12", "office", "weekly"] as const;
export type Pattern = (typeof PATTERNS)[number];
/** Teams a pattern is made for. */
export const TEAMS_OF: Readonly<Record<Pattern, number>> = { "3x8": 4, "2x12": 4, office: 1, weekly: 2 };

/** The names of the shifts are the reader's language. */
export function usePattern() {
  const t = useText();
  const names: Readonly<Record<Pattern, readonly string[]>> = {
    "3x8": ["morning", "evening", "night"],
    "2x12": ["day", "night"],
    office: ["day"],
    weekly: ["week"],
  };
  return useMutation({
    mutationFn: async ({ pattern, teams }: { pattern: Pattern; teams: number }): Promise<Sharing> => {
      const sharing = await api.get<Sharing>("/people/rota-patterns", { pattern, teams });
      const named = (at: number) => t(`shifts.pattern.${names[pattern][at] ?? "day"}`);
      return { ...sharing, shifts: sharing.shifts.map((shift, at) => ({ ...shift, name: named(at) })) };
    },
  });
}
