import fc from "fast-check";
import { expect, test } from "vitest";
import { type ServerEvent, serverEvents } from "./sse.ts";

async function read(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(stream)) events.push(event);
  return events;
}

test("heartbeats and retries are passed over; lines of one event belong together", async () => {
  const text = "retry: 2000\n\n: still here\n\nevent: events\ndata: a\r\ndata: b\n\ndata: c\n\ndata: never ended";
  expect(await read([new TextEncoder().encode(text)])).toEqual([
    { event: "events", data: "a\nb" },
    { event: "message", data: "c" },
  ]);
});

test("wherever the network cuts the bytes, the same events come out", async () => {
  const whole = new TextEncoder().encode('event: events\ndata: {"user":"Nguyễn Đình Lân"}\n\ndata: hai\n\n');
  const expected = await read([whole]);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat({ max: whole.length }), { maxLength: 12 }), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
      const chunks = edges.slice(1).map((edge, at) => whole.slice(edges[at], edge));
      expect(await read(chunks)).toEqual(expected);
    }),
  );
});
