/** The door for threads: records of the journal, and events as the store takes them, without journal and store. */
export { type FrameChunk, eachRecord } from "./journal/reader.ts";
export { type EncodedEvents, EventEncoder } from "./store/encoded-events.ts";
