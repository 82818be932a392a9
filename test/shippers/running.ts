/** One real shipper at work: configured, started, stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Installed } from "./installed.ts";

export type Transport = "udp" | "tcp" | "tls";

export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Work {
  /** Folder of its own for configuration and state. */
  readonly dir: string;
  /** The lines to deliver. */
  readonly input: string;
  readonly port: number;
  readonly transport: Transport;
  readonly tls: TlsFiles;
  /** Messages a second: UDP has no other way not to overrun the kernel's buffer. */
  readonly udpRate: number;
}

export class RunningShipper {
  readonly #process: ChildProcess;
  #output = "";

  constructor(shipper: Installed, args: readonly string[]) {
    this.#process = spawn(shipper.command, [...shipper.args, ...args], {
      env: { ...process.env, ...shipper.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on("data", (text: Buffer) => {
        this.#output = (this.#output + text.toString()).slice(-4_000);
      });
  }

  /** The last it said. */
  get output(): string {
    return this.#output;
  }

  /** As if the power went. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const forced = setTimeout(() => this.#process.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(forced);
  }
}

const q = JSON.stringify;

/** `output`: RainerScript of the one action and the module it needs; default: syslog to the port. */
export function runRsyslog(
  shipper: Installed,
  work: Work,
  output: { readonly action: string; readonly module?: string } = { action: rsyslogForward(work) },
): RunningShipper {
  mkdirSync(work.dir, { recursive: true });
  const { ca, cert, key } = work.tls;
  const tls =
    work.transport === "tls"
      ? `defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile=${q(ca)} defaultNetstreamDriverCertFile=${q(cert)} defaultNetstreamDriverKeyFile=${q(key)}`
      : "";
  const file = join(work.dir, "rsyslog.conf");
  writeFileSync(
    file,
    `global(workDirectory=${q(work.dir)} ${tls})
module(load="imfile" mode="polling" pollingInterval="1")
${output.module === undefined ? "" : `module(load="${output.module}")`}
input(type="imfile" file=${q(work.input)} tag="khien-test" ruleset="out")
ruleset(name="out" queue.type="LinkedList" queue.size="200000") { ${output.action} }
`,
  );
  return new RunningShipper(shipper, ["-n", "-f", file, "-i", join(work.dir, "pid")]);
}

function rsyslogForward({ port, transport, udpRate }: Work): string {
  const to = `type="omfwd" target="127.0.0.1" port="${port}" template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1"`;
  if (transport === "udp") return `action(${to} protocol="udp" udp.sendDelay="${Math.round(1_000_000 / udpRate)}")`;
  const tls =
    transport === "tls" ? 'streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="x509/certvalid"' : "";
  return `action(${to} protocol="tcp" tcp_framing="octet-counted" ${tls})`;
}

/** `destination`: one driver; default: syslog to the port. */
export function runSyslogNg(shipper: Installed, work: Work, destination = syslogNgForward(work)): RunningShipper {
  mkdirSync(work.dir, { recursive: true });
  const file = join(work.dir, "syslog-ng.conf");
  writeFileSync(
    file,
    `@version: 3.38
options { stats-freq(0); keep-hostname(yes); log-fifo-size(200000); flush-lines(100); };
source s { file(${q(work.input)} flags(no-parse) follow-freq(1) program-override("khien-test") log-iw-size(100000)); };
destination d { ${destination}; };
log { source(s); destination(d); flags(flow-control); };
`,
  );
  const state = ["-R", join(work.dir, "persist"), "-p", join(work.dir, "pid"), "-c", join(work.dir, "control")];
  return new RunningShipper(shipper, ["-F", "--no-caps", "-f", file, ...state]);
}

function syslogNgForward({ port, transport, tls, udpRate }: Work): string {
  if (transport === "udp") return `syslog("127.0.0.1" port(${port}) transport("udp") throttle(${udpRate}))`;
  if (transport === "tcp") return `syslog("127.0.0.1" port(${port}) transport("tcp"))`;
  const files = `ca-file(${q(tls.ca)}) cert-file(${q(tls.cert)}) key-file(${q(tls.key)}) peer-verify(required-trusted)`;
  return `syslog("127.0.0.1" port(${port}) transport("tls") tls(${files}))`;
}
