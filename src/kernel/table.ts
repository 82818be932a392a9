/**
 * A table that is asked with words from outside: it has its own entries and nothing else. A literal would have what every
 * object has, and answer a function for `constructor`.
 */
export function tableOf<Value>(entries: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, Value>, entries));
}
