/** One batch into a hot table through the engine's appender, value by value in the order of EVENT_COLUMNS. */
import { type EncodedEvents, TEXT_COLUMNS, type TextColumn } from "./encoded-events.ts";
import type { Connection, RowAppender } from "./database.ts";
import { EVENT_COLUMNS } from "./tables.ts";

type Append = (appender: RowAppender, batch: EncodedEvents, index: number) => void;

const TEXTS: ReadonlySet<string> = new Set(TEXT_COLUMNS);

const SPECIAL: Readonly<Record<string, Append>> = {
  time: (appender, batch, index) => appender.appendBigInt(BigInt(batch.time[index] ?? 0)),
  ingested_at: (appender, batch, index) => appender.appendBigInt(BigInt(batch.ingestedAt[index] ?? 0)),
  time_missing: (appender, batch, index) => appender.appendBoolean(batch.timeMissing[index] === 1),
  src_port: (appender, batch, index) => appendPort(appender, batch.srcPort[index]),
  dst_port: (appender, batch, index) => appendPort(appender, batch.dstPort[index]),
};

function appendPort(appender: RowAppender, port: number | undefined): void {
  if (port === undefined || port < 0) appender.appendNull();
  else appender.appendInteger(port);
}

function appendText(name: TextColumn): Append {
  return (appender, batch, index) => {
    const text = batch.texts[name][index];
    if (text === undefined) appender.appendNull();
    else appender.appendVarchar(text);
  };
}

const COLUMN_APPENDS: readonly Append[] = EVENT_COLUMNS.map(([name]) => {
  const append = TEXTS.has(name) ? appendText(name as TextColumn) : SPECIAL[name];
  if (append === undefined) throw new Error(`no source for column ${name}`);
  return append;
});

export async function appendRows(
  connection: Connection,
  rows: { readonly table: string; readonly batch: EncodedEvents; readonly fresh: readonly number[] },
): Promise<void> {
  const appender = await connection.createAppender(rows.table);
  try {
    for (const index of rows.fresh) {
      for (const append of COLUMN_APPENDS) append(appender, rows.batch, index);
      appender.endRow();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}
