/** The door for threads and the command line: reading and parsing without records, routes or listeners. */
export { parseRecord } from "./parsers.ts";
export { LineEvents } from "./reading/line-event.ts";
export { EventLine } from "./reading/event-line.ts";
export type { LineScreen } from "./reading/lines.ts";
export { type ByteRange, partsOf } from "./reading/parts.ts";
export { listFiles, type ReadOptions, type ReadProblem, type ReadRecord, readFileBatches } from "./reading/source.ts";
export { SensorTallies, type SensorTally } from "./tally.ts";
