/**
 * The real shippers of this machine. Debian does not let rsyslog and syslog-ng be installed side by side, so the second
 * may also lie unpacked in `.khien/tools/syslog-ng`.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Installed {
  readonly command: string;
  /** Before all other arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the modules, to see which ones are there. */
  readonly modules: string;
}

const UNPACKED = fileURLToPath(new URL("../../.khien/tools/syslog-ng", import.meta.url));
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

function onPath(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export function rsyslog(): Installed | undefined {
  const command = onPath("rsyslogd");
  if (command === undefined) return undefined;
  return { command, args: [], env: {}, modules: "/usr/lib/x86_64-linux-gnu/rsyslog" };
}

export function syslogNg(): Installed | undefined {
  const command = onPath("syslog-ng");
  if (command !== undefined) return { command, args: [], env: {}, modules: "/usr/lib/syslog-ng/3.38" };
  const unpacked = join(UNPACKED, "usr/sbin/syslog-ng");
  if (!existsSync(unpacked)) return undefined;
  const libraries = ["usr/lib/syslog-ng", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"];
  const modules = join(UNPACKED, "usr/lib/syslog-ng/3.38");
  return {
    command: unpacked,
    args: [`--module-path=${modules}`],
    env: { LD_LIBRARY_PATH: libraries.map((folder) => join(UNPACKED, folder)).join(delimiter) },
    modules,
  };
}

export function softflowd(): Installed | undefined {
  const command = onPath("softflowd");
  return command === undefined ? undefined : { command, args: [], env: {}, modules: "" };
}

export function natsServer(): Installed | undefined {
  const command = onPath("nats-server");
  return command === undefined ? undefined : { command, args: [], env: {}, modules: "" };
}

export function has(shipper: Installed | undefined, module: string): boolean {
  return shipper !== undefined && existsSync(join(shipper.modules, module));
}
