/**
 * How detection comes to remember again: from a snapshot, and the journal between it and where the findings stand.
 */
import type { JournalPosition } from "../../kernel/index.ts";
import type { Journal } from "../../modules/lake/index.ts";
import type { Log } from "../../platform/log/index.ts";
import { BATCH_BYTES, BATCH_RECORDS, BATCHES_AHEAD } from "./limits.ts";
import type { Matchers } from "./matchers.ts";
import type { DetectionMemory } from "./memory.ts";
import type { Planned, StreamItem } from "./protocol.ts";
import { remembers } from "./stateful-part.ts";

interface Parts {
  readonly journal: Journal;
  readonly log: Log;
  readonly matchers: Matchers;
  readonly memory: DetectionMemory;
}

/**
 * Brings the memory to `stored` and answers the rules in force there, or nothing when there was no snapshot to begin
 * with. Every stretch of the journal is matched with the rules of its time; nothing is raised again.
 */
export async function recall(
  parts: Parts,
  { stored, wanted }: { stored: JournalPosition; wanted: Planned },
): Promise<Planned | undefined> {
  const { journal, log, memory } = parts;
  const oldest = Math.min(journal.stats().first, stored);
  const restored = await memory.restore({ upTo: stored, oldest, fallback: wanted });
  const { position, changes, damaged } = restored;
  for (const one of damaged) log.error(one, "a file of detection's memory is damaged and is not used");
  if (position !== undefined && position < oldest)
    log.error({ from: position, oldest }, "the journal no longer holds what came after the snapshot");
  if (position === undefined && !remembers(restored.planned) && changes.length === 0) return undefined;
  if (position === undefined && oldest < stored)
    log.warn({ from: oldest, to: stored }, "no snapshot: what correlations remember is rebuilt from the journal");
  let { planned } = restored;
  let from = position ?? oldest;
  for (const change of changes) {
    await replay(parts, planned, { from, upTo: change.position });
    await memory.adoptAgain(change.planned);
    planned = change.planned;
    from = change.position;
  }
  await replay(parts, planned, { from, upTo: stored });
  return position === undefined ? undefined : planned;
}

async function replay(
  { journal, log, matchers, memory }: Parts,
  planned: Planned,
  { from, upTo }: { from: JournalPosition; upTo: JournalPosition },
): Promise<void> {
  if (from >= upTo || !remembers(planned)) return;
  const started = performance.now();
  await matchers.rules(planned);
  const ahead: Promise<{ stream: readonly StreamItem[]; end: JournalPosition }>[] = [];
  let next = from;
  while (next < upTo || ahead.length > 0) {
    while (next < upTo && ahead.length < matchers.count + BATCHES_AHEAD) {
      const read = await journal.frames(next, { records: Math.min(BATCH_RECORDS, upTo - next), bytes: BATCH_BYTES });
      const end = read.next;
      if (end === next) throw new Error(`the journal cannot be read at ${next}`);
      const replayed = matchers.replay(read.chunks).then((stream) => ({ stream, end }));
      // One whose turn never comes must not be an unhandled rejection.
      replayed.catch(() => undefined);
      ahead.push(replayed);
      next = end;
    }
    const done = await ahead.shift();
    if (done !== undefined) await memory.run(done.stream, done.end);
  }
  const tookMs = Math.round(performance.now() - started);
  log.info({ from, to: upTo, tookMs }, "what correlations remember was brought up to date from the journal");
}
