/** Random events for tests, drawn from the same words as random queries, so that they meet. */
import fc from "fast-check";
import type { EventId, ExerciseId, FieldValue, KhienEvent } from "../../../../kernel/index.ts";
import { WORDS } from "../../core/query/testdata/arbitrary.ts";

export const BASE_TIME = Date.UTC(2026, 10, 21, 10);

const word = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.constantFrom(4688, 10, 0.5, -3, 1e-7),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const fieldName = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("EventID", "eventID", "TargetUserName", "Groups", "odd/na~me", "Odd/Na ~me", "user", "__proto__") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 5 }) },
);
const fields = fc.array(fc.tuple(fieldName, value), { maxLength: 5 }).map((pairs) => {
  const result: Record<string, FieldValue> = Object.create(null);
  for (const [name, one] of pairs) Object.defineProperty(result, name, { value: one, enumerable: true, configurable: true, writable: true });
  return result;
});
const address = fc.constantFrom("10.1.2.3", "10.200.0.1", "192.168.1.1", "2001:db8::7", "2001:DB8:0:0:0:0:0:7", "::1", "::", "1:2:3:4:5:6:7::", "fe80::1%eth0", "010.1.2.3", "::ffff:10.1.2.3", "not an address");
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const port = fc.constantFrom(0, 10, 22, 445, 4688, 65_535);

const shape = fc.record({
  time: fc.integer({ min: BASE_TIME, max: BASE_TIME + 3_600_000 }),
  timeMissing: maybe(fc.boolean()),
  sensor: fc.constantFrom("fw-1", "dc-01", "lan"),
  product: maybe(fc.constantFrom("windows", "linux")),
  host: maybe(word),
  user: maybe(word),
  commandLine: maybe(word),
  srcIp: maybe(address),
  dstIp: maybe(address),
  dstPort: maybe(port),
  fields,
  rawKind: fc.constantFrom("json", "text"),
  raw: fc.array(word, { maxLength: 4 }).map((words) => words.join(" ")),
  exerciseId: maybe(fc.constant("drill-1" as ExerciseId)),
});

export const eventsArbitrary: fc.Arbitrary<readonly KhienEvent[]> = fc
  .array(shape, { minLength: 1, maxLength: 40 })
  .map((shapes) => shapes.map(toEvent));

let serial = 0;

function toEvent(one: typeof shape extends fc.Arbitrary<infer T> ? T : never): KhienEvent {
  serial += 1;
  return {
    id: serial.toString(16).padStart(32, "0") as EventId,
    time: one.time,
    ingestedAt: BASE_TIME,
    ...(one.timeMissing === undefined ? {} : { timeMissing: one.timeMissing }),
    sensor: one.sensor,
    logsource: one.product === undefined ? {} : { product: one.product },
    format: "test",
    ...(one.host === undefined ? {} : { host: one.host }),
    entities: { user: one.user, commandLine: one.commandLine, srcIp: one.srcIp, dstIp: one.dstIp, dstPort: one.dstPort },
    fields: one.fields,
    raw: one.rawKind === "json" ? JSON.stringify(one.fields) : one.raw,
    ...(one.exerciseId === undefined ? {} : { exerciseId: one.exerciseId }),
  };
}

/** A plain event, for tests that count. */
export function plainEvent(n: number, more: Partial<KhienEvent> = {}): KhienEvent {
  return {
    id: n.toString(16).padStart(32, "0") as EventId,
    time: BASE_TIME + n,
    ingestedAt: BASE_TIME + n,
    sensor: "fw-1",
    logsource: { product: "linux" },
    format: "test",
    host: `host-${n % 3}`,
    entities: { user: `user-${n % 5}` },
    fields: { n },
    raw: `line ${n}`,
    ...more,
  };
}
