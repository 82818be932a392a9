import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Fault } from "../kernel/index.ts";
import { certificateRules, exporterRules, type TlsOptions, type WatchedFolder } from "../modules/ingest/index.ts";
import type { Config } from "../platform/config/index.ts";

/** What the doors' settings say, read out of their text. Each of these throws a Fault that names the setting. */

const MAX_SENSOR_CHARS = 120;

function wrong(code: string, detail: string): Fault {
  return new Fault("invalid", `config.${code}`, detail);
}

/** Undefined when the door is off. */
export function tlsSettings(
  config: Config,
): Pick<TlsOptions, "certificate" | "key" | "authorities" | "senders"> | undefined {
  if (config.syslogTlsPort === 0) return undefined;
  const read = (key: "syslogTlsCertFile" | "syslogTlsKeyFile" | "syslogTlsCaFile") => {
    const file = config[key];
    if (file === undefined) throw wrong("tls.missing", `syslogTlsPort opens the TLS door: it needs ${key}`);
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      throw wrong("tls.unreadable", `setting ${key}: ${(error as Error).message}`);
    }
  };
  return {
    certificate: read("syslogTlsCertFile"),
    key: read("syslogTlsKeyFile"),
    authorities: read("syslogTlsCaFile"),
    senders: certificateRules(config.syslogTlsSenders),
  };
}

/** Undefined when the door is off. */
export function netflowExporters(config: Config): ReadonlyMap<string, string> | undefined {
  if (config.netflowPort === 0) return undefined;
  if (config.netflowExporters.length === 0) {
    throw wrong(
      "netflow.nobody",
      "netflowPort opens the NetFlow door: name its senders in netflowExporters, or * for any",
    );
  }
  return exporterRules(config.netflowExporters);
}

/** A sensor's name has no slash, so that a path with an equals sign in it stays a path. */
export function watchedFolders(config: Config): WatchedFolder[] {
  return config.watchFolders.map((entry) => {
    const [, named, after = ""] = /^([^/\\=]*)=(.*)$/su.exec(entry) ?? [];
    const path = resolve(named === undefined ? entry : after);
    const sensor = (named ?? basename(path)).trim();
    if (sensor === "" || sensor.length > MAX_SENSOR_CHARS || (named !== undefined && after === ""))
      throw wrong("watch.folder", `setting watchFolders: "${entry}" is no path and no sensor=path`);
    return { sensor, path };
  });
}

/** Before anything is opened. */
export function checkDoorSettings(config: Config): void {
  tlsSettings(config);
  netflowExporters(config);
  watchedFolders(config);
}
