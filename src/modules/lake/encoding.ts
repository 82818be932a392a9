/** The door for threads: events as the store takes them, without the store. */
export { type EncodedEvents, EventEncoder } from "./store/encoded-events.ts";
