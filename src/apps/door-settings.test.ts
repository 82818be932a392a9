import { expect, test } from "vitest";
import { Config } from "../platform/config/index.ts";
import { checkDoorSettings, netflowExporters, watchedFolders } from "./door-settings.ts";

const config = (settings: object): Config => Config.parse({ dataDir: "/nowhere", ...settings });

test("closed doors need nothing", () => {
  expect(() => checkDoorSettings(config({}))).not.toThrow();
});

test("folders with and without a sensor; a path may hold an equals sign", () => {
  expect(watchedFolders(config({ watchFolders: "web-1=/var/log/nginx,/var/log/app,/data/day=1" }))).toEqual([
    { sensor: "web-1", path: "/var/log/nginx" },
    { sensor: "app", path: "/var/log/app" },
    { sensor: "day=1", path: "/data/day=1" },
  ]);
});

test("exporters with and without a sensor", () => {
  const exporters = netflowExporters(config({ netflowPort: 2055, netflowExporters: "192.0.2.1=core,2001:db8::1,*" }));
  expect([...(exporters ?? [])]).toEqual([
    ["192.0.2.1", "core"],
    ["2001:db8::1", "2001:db8::1"],
    ["*", "*"],
  ]);
});

test.each([
  ["NetFlow from nobody", { netflowPort: 2055 }, "config.netflow.nobody"],
  ["an exporter that is none", { netflowPort: 2055, netflowExporters: "router" }, "ingest.netflow.exporter"],
  ["TLS without a certificate", { syslogTlsPort: 6514 }, "config.tls.missing"],
  [
    "a certificate that is not there",
    { syslogTlsPort: 6514, syslogTlsCertFile: "/nowhere/x.pem" },
    "config.tls.unreadable",
  ],
  ["a bus of which nothing is wanted", { natsServers: "bus.example:4222" }, "config.nats.nothing"],
  ["a bus that is none", { natsServers: "bus.example", natsStream: "LOGS" }, "ingest.nats.server"],
  [
    "half a certificate for the bus",
    { natsServers: "bus.example:4222", natsStream: "LOGS", natsCertFile: "/x.pem" },
    "config.nats.half",
  ],
  ["a folder without a path", { watchFolders: "web-1=" }, "config.watch.folder"],
  ["the root folder without a sensor", { watchFolders: "/" }, "config.watch.folder"],
])("%s stops the start", (_what, settings, code) => {
  expect(() => checkDoorSettings(config(settings))).toThrow(expect.objectContaining({ code }));
});
