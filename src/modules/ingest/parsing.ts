/** The door for threads and the command line: reading and parsing without records, routes or listeners. */
export { parseRecord } from "./core/parse.ts";
export { listFiles, type ReadProblem, type ReadRecord, readFileBatches } from "./reading/source.ts";
export { type SensorTally, tallySensors } from "./tally.ts";
