/**
 * `kill -9` while lines come in by three doors (own HTTP, Elasticsearch bulk, syslog over TCP) and the lake seals, merges,
 * drops, is backed up and hunted in; torn writes between the rounds; a full disk in some. Again and again on the same
 * data. After each restart: every acknowledged line is in the lake once, byte for byte; alerts count every line they
 * must once; audit log and segments verify. A disk that loses what it had promised takes lines with it: those it took
 * may be missing, and so may their alarms.
 * By hand: node test/faults/server-kill.ts [ROUNDS] [SEED]
 */
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../flows/api-client.ts";
import { BackupBeside } from "./backup-beside.ts";
import { randomOf } from "./correlation-content.ts";
import { countedAlarms, findingsOf, type Judged, judge, storedLines } from "./kill-judge.ts";
import { type KillPlace, PASSWORD, prepareKillPlace, verifyOffline } from "./kill-place.ts";
import { ServerChild } from "./server-child.ts";
import { hasAlarm, HUNTED, isHunted, type LineId, ThreeDoors } from "./three-doors.ts";
import { type Tear, TEARS, tear } from "./torn-writes.ts";
import { type Unrest, type Window, WINDOWS } from "./unrest.ts";

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Rounds with a full disk need a file system of their own. */
  readonly withFullDisk: boolean;
  readonly tell?: (report: RoundReport) => void;
}

export interface RoundReport extends Judged {
  readonly round: number;
  readonly died: Window | "anywhere" | "full disk";
  readonly backup: "none" | "done" | "cut";
  readonly tear: Tear;
  readonly refused: number;
  readonly verifiedSegments: number;
  readonly listeningMs: number;
  readonly caughtUpMs: number;
}

export interface KillReport {
  readonly reports: readonly RoundReport[];
  /** Of all rounds together, looked at once more at the end. */
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly altered: number;
  readonly alarms: { readonly expected: number; readonly found: number; readonly once: boolean };
  readonly hunted: { readonly expected: number; readonly found: number; readonly once: boolean };
  readonly backupRestores: boolean;
}

const HOUR_MS = 3_600_000;
const FULL_VERIFY_EVERY = 10;

export async function killRounds(options: KillOptions): Promise<KillReport> {
  const random = randomOf(options.seed);
  const place = await prepareKillPlace(options.withFullDisk);
  const trial = new Trial(place, options, random);
  try {
    const report = await trial.run();
    await trial.end();
    place.remove();
    return report;
  } catch (error) {
    await trial.end();
    throw new Error(`in ${place.outside}, which is kept: ${trial.doing}`, { cause: error });
  }
}

class Trial {
  readonly #place: KillPlace;
  readonly #options: KillOptions;
  readonly #random: () => number;
  readonly #reports: RoundReport[] = [];
  readonly #acknowledged: Set<LineId>[] = [];
  /** Lines whose record a disk took back after it had promised them. */
  readonly #taken = new Set<LineId>();
  #server: ServerChild | undefined;
  #wasCut = false;
  /** For whoever looks at a failure. */
  doing = "start";

  constructor(place: KillPlace, options: KillOptions, random: () => number) {
    this.#place = place;
    this.#options = options;
    this.#random = random;
  }

  async run(): Promise<KillReport> {
    await this.#start();
    for (let round = 1; round <= this.#options.rounds; round += 1) {
      const report = await this.#round(round);
      this.#reports.push(report);
      this.#options.tell?.(report);
    }
    return await this.#conclude();
  }

  async end(): Promise<void> {
    await this.#server?.end("SIGKILL");
  }

  get #running(): ServerChild {
    if (this.#server === undefined) throw new Error("no server runs");
    return this.#server;
  }

  async #start(): Promise<number> {
    this.#server = await ServerChild.start(this.#place);
    return await this.#server.caughtUp();
  }

  async #round(round: number): Promise<RoundReport> {
    const { token, decoyToken, tcpPort } = this.#place;
    // Its own: how much is sent hangs on the machine, what happens to it only on the seed.
    const load = new ThreeDoors({ round, tcpPort, token, random: randomOf(this.#options.seed + round) });
    await this.#sendDecoys(decoyToken, round);
    const admin = await ApiClient.signIn(this.#running.url, { username: "admin", password: PASSWORD });
    load.run(this.#running.url, admin);
    const { died, backup } = await this.#untilDead(round);
    await load.stop();
    const isWhole = round % FULL_VERIFY_EVERY === 0;
    const verifiedSegments = await verifyOffline(this.#place.dataDir, { whole: isWhole, wasCut: this.#wasCut });
    const kind = this.#pick(TEARS);
    const { dataDir } = this.#place;
    const earlier = this.#acknowledged;
    const isAcknowledged = (id: LineId) => load.acknowledged.has(id) || earlier.some((ids) => ids.has(id));
    this.doing = `round ${round}: ${died}, backup ${backup}, then ${kind}`;
    const torn = tear(kind, { dataDir, random: this.#random, isAcknowledged });
    for (const id of torn.taken) this.#taken.add(id);
    this.#wasCut ||= kind === "journal-cut" && torn.done;
    const caughtUpMs = await this.#start();
    await load.resend(this.#running.url);
    await this.#running.caughtUp();
    this.#acknowledged.push(load.acknowledged);
    const before = this.#reports.reduce((sum, one) => sum + one.alarms - one.alarmsTaken, 0);
    const judged = await judge({ server: this.#running, place: this.#place, load, round, before, taken: this.#taken });
    return {
      round,
      died,
      backup,
      tear: torn.done ? kind : "none",
      ...judged,
      refused: load.refused,
      verifiedSegments,
      listeningMs: Math.round(this.#running.listeningMs),
      caughtUpMs: Math.round(caughtUpMs),
    };
  }

  /** Events that may be dropped: the first seal of the round has nothing else. */
  async #sendDecoys(token: string, round: number): Promise<void> {
    const sender = new ApiClient(this.#running.url, { authorization: `Bearer ${token}` });
    const lines = Array.from({ length: 50 }, (_, n) => `decoy ${round}.${n}`);
    await sender.deliver(lines.join("\n"), { type: "text/plain" });
    await this.#running.caughtUp();
  }

  async #untilDead(round: number): Promise<Pick<RoundReport, "died" | "backup">> {
    const server = this.#running;
    const random = this.#random;
    const chance = random();
    const isFull = this.#place.ballast !== undefined && chance < 0.15;
    const window = chance > 0.4 ? this.#pick(WINDOWS) : undefined;
    server.tell({
      seed: Math.floor(random() * 2 ** 31),
      huntsAheadMs: round * HOUR_MS,
      mayGo: "decoy",
      die:
        window === undefined
          ? undefined
          : { in: window, afterMs: random() * random() * 120, turn: 1 + Math.floor(random() * 5) },
    } satisfies Unrest);
    const backup = random() < 0.25 ? new BackupBeside(this.#place, server.url) : undefined;
    if (isFull) await this.#fillDisk();
    else if (window === undefined) await pause(300 + random() * 2_200);
    else await server.endsWithin(4_000);
    await server.end("SIGKILL");
    this.#place.ballast?.free();
    const taken = await backup?.end(random() < 0.5);
    return {
      died: isFull ? "full disk" : (window ?? "anywhere"),
      backup: backup === undefined ? "none" : taken === true ? "done" : "cut",
    };
  }

  /** Full for a while; in half of the cases there is room again before it dies. */
  async #fillDisk(): Promise<void> {
    const { ballast } = this.#place;
    await pause(200 + this.#random() * 800);
    ballast?.fill();
    await pause(500 + this.#random() * 1_500);
    if (this.#random() < 0.5) return;
    ballast?.free();
    await pause(this.#random() * 2_500);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  async #conclude(): Promise<KillReport> {
    const { place } = this;
    const server = this.#running;
    const read = new ApiClient(server.url, { authorization: `Bearer ${place.readToken}` });
    const rounds = this.#options.rounds;
    server.tell({
      seed: 0,
      huntsAheadMs: (rounds + 1) * HOUR_MS,
      mayGo: "",
      die: undefined,
      huntOnce: true,
    } satisfies Unrest);
    await server.hears();
    const sum = { stored: 0, lost: 0, duplicated: 0, altered: 0, alarms: 0, hunted: 0 };
    for (const [at, acknowledged] of this.#acknowledged.entries()) {
      const { times, altered } = await storedLines(read, at + 1);
      sum.stored += times.size;
      sum.altered += altered;
      sum.duplicated += [...times.values()].filter((n) => n > 1).length;
      sum.lost += [...acknowledged].filter((id) => !times.has(id) && !this.#taken.has(id)).length;
      sum.alarms += [...times.keys()].filter(hasAlarm).length;
      sum.hunted += [...times.keys()].filter(isHunted).length;
    }
    const alarms = await findingsOf(read, place.ruleId);
    const hunted = await findingsOf(read, `hunt:${place.huntId}`);
    const counted = await countedAlarms(read, place.ruleId);
    const backup = new BackupBeside(place, server.url);
    const backupRestores = (await backup.end(false)) && (await backup.restores());
    await server.end("SIGTERM");
    await verifyOffline(place.dataDir, { whole: true, wasCut: this.#wasCut });
    return {
      reports: this.#reports,
      ...sum,
      alarms: {
        expected: sum.alarms - this.#reports.reduce((taken, one) => taken + one.alarmsTaken, 0),
        found: alarms.length,
        once: new Set(alarms).size === alarms.length && counted === alarms.length,
      },
      hunted: { expected: sum.hunted, found: hunted.length, once: new Set(hunted).size === hunted.length },
      backupRestores,
    };
  }

  get place(): KillPlace {
    return this.#place;
  }
}

export function summaryOf({ reports, ...whole }: KillReport): string {
  const sorted = (key: "listeningMs" | "caughtUpMs") => reports.map((one) => one[key]).toSorted((a, b) => a - b);
  const acknowledged = reports.reduce((sum, one) => sum + one.acknowledged, 0);
  const spread = (key: "listeningMs" | "caughtUpMs") => {
    const values = sorted(key);
    return `${values[values.length >> 1]} ms (max ${values.at(-1)})`;
  };
  const { stored, lost, duplicated, altered, alarms, hunted, backupRestores } = whole;
  return [
    `${reports.length} rounds: ${acknowledged} acknowledged, ${stored} stored, ${lost} lost, ${duplicated} duplicated, ${altered} altered`,
    `alerts count ${alarms.found} of ${alarms.expected}, each once: ${alarms.once}; hunts raised ${hunted.found} of ${hunted.expected}, each once: ${hunted.once}`,
    `backup restores: ${backupRestores}; listening after ${spread("listeningMs")}, caught up after ${spread("caughtUpMs")}`,
  ].join("\n");
}

if (import.meta.main) {
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}; hunts look for ${HUNTED}`);
  const report = await killRounds({
    rounds: Number(process.argv[2] ?? 20),
    seed,
    withFullDisk: true,
    tell: (round) => console.log(JSON.stringify(round)),
  });
  console.log(summaryOf(report));
  const { lost, duplicated, altered, alarms, hunted, backupRestores } = report;
  const isSound = lost + duplicated + altered === 0 && alarms.once && hunted.once && backupRestores;
  process.exitCode = isSound && hunted.expected === hunted.found ? 0 : 1;
}
