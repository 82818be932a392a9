import { describe, expect, test } from "vitest";
import { parseCloud } from "./cloud.ts";

describe("addresses Microsoft 365 writes", () => {
  const event = (ClientIP: string) =>
    parseCloud({
      Operation: "UserLoggedIn",
      Workload: "AzureActiveDirectory",
      CreationTime: "2026-11-18T09:14:05",
      ClientIP,
    });

  test.each([
    ["192.0.2.5", "192.0.2.5", undefined],
    ["192.0.2.5:50123", "192.0.2.5", 50_123],
    ["[192.0.2.5]:50123", "192.0.2.5", 50_123],
    ["::ffff:192.0.2.5", "192.0.2.5", undefined],
    ["[::ffff:192.0.2.5]:50123", "192.0.2.5", 50_123],
    ["2001:db8::5", "2001:db8::5", undefined],
    ["[2001:db8::5]", "2001:db8::5", undefined],
    ["[2001:db8::5]:50123", "2001:db8::5", 50_123],
    ["client.songlam.example:50123", undefined, undefined],
    ["[client.songlam.example]:50123", undefined, undefined],
  ])("%s", (written, srcIp, srcPort) => {
    const entities = event(written)?.entities;
    expect({ srcIp: entities?.srcIp, srcPort: entities?.srcPort }).toEqual({ srcIp, srcPort });
  });
});

describe("Azure's export of Kubernetes audit", () => {
  const inner = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    verb: "delete",
    user: { username: "lan" },
    sourceIPs: ["192.0.2.5"],
    requestReceivedTimestamp: "2026-11-18T09:14:05.120Z",
  };
  const exported = (log: unknown) => ({
    category: "kube-audit-admin",
    operationName: "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
    resourceId: "/SUBSCRIPTIONS/1/CLUSTERS/SONGLAM",
    time: "2026-11-18T09:14:06Z",
    properties: { log, pod: "kube-apiserver-1" },
  });

  test("is the event inside, of its cluster", () => {
    expect(parseCloud(exported(JSON.stringify(inner)))).toMatchObject({
      format: "kubernetes-audit",
      time: Date.UTC(2026, 10, 18, 9, 14, 5, 120),
      entities: { user: "lan", srcIp: "192.0.2.5" },
      fields: { verb: "delete", resourceId: "/SUBSCRIPTIONS/1/CLUSTERS/SONGLAM" },
    });
  });

  test.each([["{"], ["[]"], ['{"apiVersion":"v1"}'], [7]])(
    "stays Azure's when nothing of the kind is inside: %s",
    (log) => {
      expect(parseCloud(exported(log))?.format).toBe("azure");
    },
  );
});
