/** A value nested deeper than MAX_OTLP_DEPTH: its record is rejected, the others stand. */
export class TooDeep extends Error {}

/** Undefined when what is read turns out to be nested too deep. */
export function orTooDeep<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}
