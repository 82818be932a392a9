/** Writes rows in transactions that read first, as services do; run as a process of its own by db.test.ts. */
import { openRecords } from "../index.ts";

type Tables = { things: { id: string; size: number } };
const [file = "", name = "", count = "0"] = process.argv.slice(2);
const sql = "CREATE TABLE things (id TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT";
const records = openRecords({ file, migrations: [{ id: "test/0001-things", sql }] });
for (let n = 0; n < Number(count); n += 1) {
  await records.transaction(async (tx) => {
    const query = tx.withTables<Tables>();
    await query.selectFrom("things").select("id").limit(1).execute();
    await query
      .insertInto("things")
      .values({ id: `${name}${n}`, size: n })
      .execute();
  });
}
await records.close();
