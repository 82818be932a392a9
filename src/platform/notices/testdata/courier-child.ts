/** A process that tells news and takes it out until it is killed. Arguments: folder, host of the receiver, news in all. */
import { join } from "node:path";
import { systemClock } from "../../clock/index.ts";
import { openDesk } from "./desk.ts";

const [dir = "", host = "", all = "0"] = process.argv.slice(2);
const desk = await openDesk({ dir, file: join(dir, "records.db"), clock: systemClock, allow: [host] });
// As the outbox does after a crash: everything is told again from the beginning.
for (let n = 0; n < Number(all); n += 1) {
  await desk.notices.tell({
    key: `news:${n}`,
    kind: "alerts.critical",
    urgency: "critical",
    people: ["lan"],
    by: null,
    object: { kind: "alert", id: `a${n}`, title: `alert ${n}` },
    path: `/alerts?alert=a${n}`,
  });
  if (n % 5 === 0) await desk.courier.run();
}
for (;;) {
  await desk.courier.run();
  const { counts } = await desk.destinations.letters("waiting", 1);
  if (counts.waiting === 0) break;
}
await desk.close();
