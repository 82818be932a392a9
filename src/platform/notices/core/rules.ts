import { tableOf } from "../../../kernel/index.ts";
import type { From, Urgency } from "./urgency.ts";
import { reaches } from "./urgency.ts";

/** `mail`, `sms`, or `hook:<destination>`. Inside the program everything is told. */
export type Way = "mail" | "sms" | `hook:${string}`;

export interface Choice {
  readonly kind: string;
  readonly way: Way;
  readonly from: From;
}

/** Minutes of the person's day; a span over midnight is as good as any. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** How one person wants to be told. */
export interface PersonalRules {
  readonly mail: string | null;
  readonly phone: string | null;
  readonly timeZone: string;
  readonly quiet: QuietHours | null;
  /** Critical notices do not wait for the end of quiet hours. */
  readonly criticalPasses: boolean;
  readonly choices: readonly Choice[];
}

export const DEFAULT_RULES: PersonalRules = {
  mail: null,
  phone: null,
  timeZone: "Asia/Ho_Chi_Minh",
  quiet: null,
  criticalPasses: true,
  choices: [],
};

/** Where nothing is chosen: by mail what presses, otherwise only inside the program. */
const UNCHOSEN = tableOf<From>({ mail: "high" });

export function fromOf(rules: PersonalRules, kind: string, way: Way): From {
  const chosen = rules.choices.find((choice) => choice.kind === kind && choice.way === way);
  return chosen?.from ?? UNCHOSEN[way] ?? "never";
}

/** The ways out for a notice, of those there are. */
export function waysOf(
  rules: PersonalRules,
  notice: { readonly kind: string; readonly urgency: Urgency },
  open: readonly Way[],
): readonly Way[] {
  return open.filter((way) => {
    if (way === "mail" && rules.mail === null) return false;
    if (way === "sms" && rules.phone === null) return false;
    return reaches(notice.urgency, fromOf(rules, notice.kind, way));
  });
}
