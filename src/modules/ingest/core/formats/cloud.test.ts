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
    "stays a resource's log when nothing of the kind is inside: %s",
    (log) => {
      expect(parseCloud(exported(log))).toBeUndefined();
    },
  );
});

describe("which of Azure's logs a record is from", () => {
  const record = (category: string, properties: object, resourceId = "/tenants/1/providers/Microsoft.aadiam") =>
    parseCloud({ time: "2026-11-18T09:14:05.1204380Z", category, operationName: "x", resourceId, properties });
  const FLAT = { category: "RiskyUsers", operationName: "x", resourceId: "/tenants/1/a", properties: {} };
  const subscription = "/SUBSCRIPTIONS/1/RESOURCEGROUPS/A/PROVIDERS/MICROSOFT.NETWORK/X";

  test.each([
    ["NonInteractiveUserSignInLogs", "signinlogs"],
    ["AuditLogs", "auditlogs"],
    ["RiskyUsers", "riskdetection"],
    ["MicrosoftGraphActivityLogs", "graphactivitylogs"],
    ["ProvisioningLogs", "provisioninglogs"],
  ])("%s", (category, service) => {
    expect(record(category, {})?.logsource).toEqual({ product: "azure", service });
  });

  test.each([
    ["8/22/2026 6:11:52 PM", Date.UTC(2026, 7, 22, 18, 11, 52)],
    ["12/1/2026 12:03:58 AM", Date.UTC(2026, 11, 1, 0, 3, 58)],
    ["22/8/2026 6:11:52 PM", Number.NaN],
  ])("%s, as Entra writes some times", (time, expected) => {
    expect(parseCloud({ ...FLAT, time })?.time).toBe(expected);
  });

  test("the log of a single resource is not the activity log", () => {
    expect(record("Administrative", {}, subscription)?.logsource.service).toBe("activitylogs");
    expect(record("ApplicationGatewayAccessLog", {}, subscription)).toBeUndefined();
  });

  test("an application or a service principal that acts is the user", () => {
    expect(record("ServicePrincipalSignInLogs", { userId: null, servicePrincipalName: "backup" })?.entities.user).toBe(
      "backup",
    );
    expect(record("AuditLogs", { initiatedBy: { app: { displayName: "sync" } } })?.entities.user).toBe("sync");
  });

  test("an activity is also called as Sigma's rules call it", () => {
    const event = record("AuditLogs", { activityDisplayName: "Add member to role" });
    expect(event?.fields["properties.message"]).toBe("Add member to role");
  });

  test("a risk is also called as Sigma's rules call it", () => {
    const event = record("UserRiskEvents", {
      riskEventType: "passwordSpray",
      userPrincipalName: "lan@songlam.example",
    });
    expect(event?.fields["riskEventType"]).toBe("passwordSpray");
    expect(record("ProvisioningLogs", { initiatedBy: { Name: "sync" } })?.entities.user).toBe("sync");
  });

  test("flows lie side by side: network security groups", () => {
    const flowTuples = [
      "1795000445,192.0.2.5,203.0.113.9,37560,443,T,O,A,B,,,,",
      "1795000446,203.0.113.7,192.0.2.5,51000,3389,T,I,D",
      "nonsense",
    ];
    const flows = [{ rule: "r", flows: [{ mac: "00005E005301", flowTuples }] }];
    expect(record("NetworkSecurityGroupFlowEvent", { Version: 2, flows }, subscription)).toMatchObject({
      logsource: { product: "azure", service: "flow", category: "firewall" },
      entities: { srcIp: "192.0.2.5", srcPort: 37_560, dstIp: "203.0.113.9", dstPort: 443 },
      fields: { src_ip: ["192.0.2.5", "203.0.113.7"], dst_port: [443, 3389], action: ["allow", "deny"] },
    });
  });

  test("flows lie side by side: virtual networks", () => {
    const flowTuples = ["1795000445120,192.0.2.5,203.0.113.9,37560,53,17,O,D,NX,0,0,0,0"];
    const event = parseCloud({
      time: "2026-11-18T09:14:05Z",
      category: "FlowLogFlowEvent",
      operationName: "FlowLogFlowEvent",
      flowRecords: { flows: [{ aclID: "1", flowGroups: [{ rule: "r", flowTuples }] }] },
    });
    expect(event?.fields).toMatchObject({
      src_ip: "192.0.2.5",
      protocol: "UDP",
      direction: "outbound",
      action: "deny",
    });
  });
});

describe("who and what, where services say it in another place", () => {
  test("CloudTrail: insights, and callers without a user name", () => {
    const insight = { eventType: "AwsCloudTrailInsight", eventTime: "2026-11-18T09:14:05Z", insightDetails: {} };
    expect(parseCloud(insight)?.logsource.service).toBe("cloudtrail");
    const call = (userIdentity: object) =>
      parseCloud({ eventName: "x", eventSource: "s", awsRegion: "r", userIdentity })?.entities.user;
    expect(call({ type: "AWSService", invokedBy: "backup.example" })).toBe("backup.example");
    expect(call({ type: "IdentityCenterUser", onBehalfOf: { userId: "u1" } })).toBe("u1");
  });

  test("Kubernetes: what Sigma calls apiGroup, hostPath and capabilities", () => {
    const pod = { volumes: [{ hostPath: { path: "/etc" } }], containers: [{ securityContext: {} }] };
    const containers = [{ securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }];
    const audit = (spec: object) =>
      parseCloud({ apiVersion: "audit.k8s.io/v1", objectRef: { apiGroup: "apps" }, requestObject: { spec } })?.fields;
    expect(audit(pod)).toMatchObject({ apiGroup: "apps", hostPath: "/etc" });
    expect(audit({ template: { spec: { containers } } })).toMatchObject({ capabilities: ["SYS_ADMIN"] });
    expect(audit({ containers: [] })).not.toHaveProperty("hostPath");
  });

  test("Microsoft 365: parameters as one text, files and addresses", () => {
    const event = parseCloud({
      Operation: "New-InboxRule",
      Workload: "Exchange",
      UserId: "lan@songlam.example",
      Parameters: [{ Name: "ForwardTo", Value: "x@bad.example" }],
      ObjectId: "https://songlam.example/sites/grid/plan.pdf",
      SourceFileName: "plan.pdf",
    });
    expect(String(event?.fields["Parameters"])).toContain("ForwardTo");
    expect(event?.entities).toMatchObject({ file: "plan.pdf", url: "https://songlam.example/sites/grid/plan.pdf" });
  });

  test("Okta: nobody is not called unknown", () => {
    const event = parseCloud({
      eventType: "user.session.start",
      published: "2026-11-18T09:14:05Z",
      actor: { alternateId: "unknown", displayName: "Lan" },
      request: { ipChain: [{ ip: "203.0.113.9" }] },
    });
    expect(event?.entities).toMatchObject({ user: "Lan", srcIp: "203.0.113.9" });
  });

  test("GitHub: events without an actor, and of Git", () => {
    const at = { "@timestamp": 1_795_000_445_000, action: "git.clone" };
    expect(parseCloud({ ...at, _document_id: "1", user: "lan" })?.entities.user).toBe("lan");
    expect(parseCloud({ ...at, actor: "lan", repository: "songlam/grid" })?.format).toBe("github-audit");
    expect(parseCloud({ ...at, actor: "lan" })).toBeUndefined();
  });
});
