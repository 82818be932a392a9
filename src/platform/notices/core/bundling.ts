/** What the courier must know of a letter to decide what leaves now, and together with what. */
export interface Waiting {
  readonly id: string;
  readonly bundle: string | null;
  readonly insistent: boolean;
  /** Held back before: by quiet hours, or because the hour was full. */
  readonly held: boolean;
}

export interface Plan<Letter extends Waiting> {
  /** Each leaves as one message, in this order. */
  readonly leave: readonly (readonly Letter[])[];
  /** These wait until the hour has room again. */
  readonly hold: readonly Letter[];
}

/**
 * Letters of one person by one way. Calls leave always; a message that was begun before a crash is finished as it was;
 * the rest one by one while the hour has room, what was held back before as one message.
 */
export function planChannel<Letter extends Waiting>(letters: readonly Letter[], roomInHour: number): Plan<Letter> {
  const begun = [
    ...Map.groupBy(
      letters.filter(({ bundle }) => bundle !== null),
      ({ bundle }) => bundle,
    ).values(),
  ];
  const fresh = letters.filter(({ bundle }) => bundle === null);
  const calls = fresh.filter(({ insistent }) => insistent).map((letter) => [letter]);
  const rest = fresh.filter(({ insistent }) => !insistent);
  const held = rest.filter((letter) => letter.held);
  const single = rest.filter((letter) => !letter.held);
  const room = Math.max(0, roomInHour - begun.length);
  const digests = held.length > 0 && room > 0 ? [held] : [];
  const leaving = single.slice(0, room - digests.length);
  return {
    leave: [...calls, ...begun, ...leaving.map((letter) => [letter]), ...digests],
    hold: [...single.slice(leaving.length), ...(digests.length === 0 ? held : [])],
  };
}
