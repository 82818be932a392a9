/** Stating a case of POST /api/v1/events in one line. */
import type { Expected, HostileCase, Reply } from "./case.ts";

interface Body {
  readonly type?: string;
  readonly encoding?: string;
  readonly query?: Record<string, string>;
}

export function door(
  name: string,
  body: () => RequestInit["body"],
  expect: Expected,
  options: Body & { withinMs?: number } = {},
): HostileCase {
  const { withinMs, ...how } = options;
  return {
    name,
    expect,
    ...(withinMs === undefined ? {} : { withinMs }),
    ask: async ({ sender }): Promise<Reply> => {
      const answer = await sender
        .deliver(body(), how)
        .catch((error: unknown) => ({ status: "closed" as const, text: String(error) }));
      return { status: answer.status, text: answer.text };
    },
  };
}

export const kept = (accepted = 1): Expected => ({ status: [200], accepted, rejected: [] });
export const refused = (...codes: string[]): Expected => ({ status: [200], accepted: 0, rejected: codes });
export const problem = (status: number, code: string): Expected => ({ status: [status], code });

export const line = (text: string): Buffer => Buffer.from(`${text}\n`);
