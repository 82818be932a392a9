import { elasticUrl, TOKEN } from "./addresses.ts";
import type { Way } from "./way.ts";

const ELASTIC = { group: "agents", door: "elastic", opens: [], needsToken: true } as const;
const SPLUNK = { group: "agents", door: "splunk", opens: [], needsToken: true } as const;

export const AGENTS: readonly Way[] = [
  {
    ...ELASTIC,
    id: "filebeat",
    words: "elastic beats linux auditbeat packetbeat",
    snippets: (at) => [
      {
        place: "/etc/filebeat/filebeat.yml",
        text: `filebeat.inputs:
  - type: filestream
    id: system
    paths: [/var/log/syslog, /var/log/auth.log]

output.elasticsearch:
  hosts: ["${elasticUrl(at)}"]
  api_key: "khien:\${${TOKEN}}"

setup.ilm.enabled: false
setup.template.enabled: false`,
      },
    ],
  },
  {
    ...ELASTIC,
    id: "fluent-bit",
    words: "fluentbit kubernetes docker systemd journald td-agent",
    snippets: (at) => [
      {
        place: "/etc/fluent-bit/fluent-bit.conf",
        text: `[INPUT]
    Name               systemd
    Tag                host.*

[OUTPUT]
    Name               es
    Match              *
    Host               ${at.http.host}
    Port               ${at.http.port}
    Path               /elastic
    Index              logs
    HTTP_User          khien
    HTTP_Passwd        \${${TOKEN}}
    Suppress_Type_Name On
    Generate_ID        On
    Compress           gzip
    tls                ${at.isTls ? "On" : "Off"}
    Retry_Limit        False`,
      },
    ],
  },
  {
    ...ELASTIC,
    id: "logstash",
    words: "elastic elk pipeline",
    snippets: (at) => [
      {
        place: "/etc/logstash/conf.d/90-khien.conf",
        text: `output {
  elasticsearch {
    hosts => ["${elasticUrl(at)}"]
    user => "khien"
    password => "\${${TOKEN}}"
    index => "logs"
    data_stream => false
    ilm_enabled => false
    manage_template => false
  }
}`,
      },
    ],
  },
  {
    ...ELASTIC,
    id: "vector",
    words: "datadog rust journald kubernetes",
    snippets: (at) => [
      {
        place: "/etc/vector/vector.yaml",
        text: `sources:
  journal:
    type: journald

sinks:
  khien:
    type: elasticsearch
    inputs: [journal]
    endpoints: ["${elasticUrl(at)}"]
    api_version: v8
    mode: bulk
    bulk:
      action: create
      index: logs
    auth:
      strategy: basic
      user: khien
      password: "\${${TOKEN}}"
    compression: gzip
    buffer:
      type: disk
      max_size: 1073741824`,
      },
    ],
  },
  {
    id: "otel",
    group: "agents",
    door: "otlp",
    opens: [],
    needsToken: true,
    words: "opentelemetry otlp collector otlphttp kubernetes",
    snippets: ({ origin }) => [
      {
        place: "otelcol-contrib.yaml",
        text: `receivers:
  filelog:
    include: [/var/log/app/*.log]

exporters:
  otlphttp/khien:
    logs_endpoint: ${origin}/v1/logs
    headers:
      Authorization: "Bearer \${env:${TOKEN}}"
    compression: gzip
    retry_on_failure:
      max_elapsed_time: 0

service:
  pipelines:
    logs:
      receivers: [filelog]
      exporters: [otlphttp/khien]`,
      },
    ],
  },
  {
    ...SPLUNK,
    id: "splunk",
    words: "hec http event collector curl universal forwarder",
    snippets: ({ origin }) => [
      {
        place: "sh",
        text: `curl -sS -H "Authorization: Splunk $${TOKEN}" \\
  -d '{"host":"web-1","sourcetype":"app","event":{"action":"login","user":"lan"}}' \\
  "${origin}/services/collector/event"`,
      },
      {
        place: "sh",
        text: `curl -sS -H "Authorization: Splunk $${TOKEN}" \\
  --data-binary @/var/log/auth.log \\
  "${origin}/services/collector/raw?host=web-1&sourcetype=linux_secure"`,
      },
    ],
  },
  {
    ...SPLUNK,
    id: "docker",
    words: "container splunk log driver compose podman",
    snippets: ({ origin }) => [
      {
        place: "/etc/docker/daemon.json",
        text: JSON.stringify(
          {
            "log-driver": "splunk",
            "log-opts": {
              "splunk-url": origin,
              "splunk-token": TOKEN,
              "splunk-format": "raw",
              "splunk-gzip": "true",
              "splunk-verify-connection": "false",
              tag: "",
            },
          },
          null,
          2,
        ),
      },
    ],
  },
];
