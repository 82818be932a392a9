import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Fault } from "../kernel/index.ts";
import {
  certificateRules,
  destinationOf,
  exporterRules,
  type NatsOptions,
  natsServers,
  type TlsFilePaths,
  type TlsOptions,
  type WatchedFolder,
} from "../modules/ingest/index.ts";
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

/** Of a TLS door that is on. */
export function tlsPaths(config: Config): TlsFilePaths {
  return {
    certificate: config.syslogTlsCertFile ?? "",
    key: config.syslogTlsKeyFile ?? "",
    authorities: config.syslogTlsCaFile ?? "",
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

/** Undefined when the door is off. */
export function natsSettings(
  config: Config,
): Pick<NatsOptions, "servers" | "stream" | "subject" | "durable" | "sensor" | "files"> | undefined {
  if (config.natsServers.length === 0) return undefined;
  if (config.natsStream === "" && config.natsSubject === "")
    throw wrong("nats.nothing", "natsServers opens the NATS door: say in natsStream or natsSubject what to fetch");
  if ((config.natsCertFile === undefined) !== (config.natsKeyFile === undefined))
    throw wrong("nats.half", "natsCertFile and natsKeyFile belong together");
  return {
    servers: natsServers(config.natsServers),
    stream: config.natsStream,
    subject: config.natsSubject,
    durable: config.natsDurable,
    sensor: config.natsSensor,
    files: {
      credentials: config.natsCredentialsFile,
      ca: config.natsCaFile,
      certificate: config.natsCertFile,
      key: config.natsKeyFile,
    },
  };
}

/** host:port of each server: naming it there permits connecting to it. */
export function natsDestinations(config: Config): string[] {
  return natsServers(config.natsServers).map(destinationOf);
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
  natsSettings(config);
  watchedFolders(config);
}
