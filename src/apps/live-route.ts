import { PassThrough } from "node:stream";
import type { Exercises } from "../modules/drills/index.ts";
import { type Permission, type Route, route } from "../platform/http/index.ts";
import type { LiveChannel, LiveMessage } from "../platform/live/index.ts";
import { z } from "../platform/schema/index.ts";

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off; its browser connects again and asks anew. */
const MAX_BEHIND_BYTES = 1_048_576;
const MAX_READERS = 1_000;

/** What a reader must hold to hear of a kind; nothing is needed for the others. */
const NEEDED: Partial<Record<LiveMessage["event"], Permission>> = {
  alerts: "alerts.read",
  assets: "assets.read",
  cases: "cases.read",
  exercise: "drills.read",
};

/** Server push. Messages are hints to look again; each reader sees only what it may read. */
export function liveRoute(live: LiveChannel, exercises: Exercises): Route {
  return route({
    method: "GET",
    path: "/api/v1/live",
    summary: "Server-sent events; each reader gets the kinds it may read",
    access: "watch.read",
    audit: "read",
    reply: z.any(),
    handle: async ({ who, signal, setHeader }) => {
      setHeader("x-accel-buffering", "no");
      const stream = new PassThrough({ highWaterMark: 64 * 1024 });
      const allowed = ({ event, audience }: LiveMessage): boolean => {
        const needed = NEEDED[event];
        return audience?.has(who.id) !== false && (needed === undefined || who.permissions.has(needed));
      };
      const send = (message: LiveMessage): void => {
        if (!allowed(message)) return;
        stream.write(`event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`);
        if (stream.writableLength > MAX_BEHIND_BYTES) stream.destroy();
      };
      stream.write("retry: 2000\n\n");
      const unsubscribe = live.listenerCount < MAX_READERS ? live.subscribe(send) : () => undefined;
      const heartbeat = setInterval(() => stream.write(": still here\n\n"), HEARTBEAT_MS);
      const stop = (): void => {
        clearInterval(heartbeat);
        unsubscribe();
        stream.destroy();
      };
      stream.once("close", stop);
      signal.addEventListener("abort", stop);
      const running = await exercises.latest();
      if (running?.state === "running") send({ event: "exercise", data: running });
      return { download: stream, contentType: "text/event-stream; charset=utf-8" };
    },
  });
}
