/** The door for threads: events as the store takes them, without the store. */
export { BatchEncoder as EventEncoder, type EventBatch as EncodedEvents } from "./store/batch.ts";
