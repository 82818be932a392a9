/**
 * What the shippers of the Elasticsearch ecosystem ask before they send: version, licence, health, and set-up of
 * templates, policies and pipelines. Nothing of that exists here, so everything they look for "is there" and
 * everything they want to set up is acknowledged and forgotten: parsing and retention are not a shipper's business.
 */

/** High enough for the beats that refuse servers older than themselves; 8 because clients choose their API by it. */
const VERSION = "8.17.0";
const UNIQUE_ID = "khien0000000000000000w";

type Answer = Readonly<Record<string, unknown>>;

/** What a question is answered with: its name in the path, if it has one, and the address it came to. */
export interface Question {
  readonly name: string;
  readonly host: string;
}

const LICENSE = { status: "active", uid: "00000000-0000-0000-0000-000000000000", type: "basic", mode: "basic" };
const STARTED = "2024-01-01T00:00:00.000Z";
const ACKNOWLEDGED: Answer = { acknowledged: true };

const root = (): Answer => ({
  name: "khien",
  cluster_name: "khien",
  cluster_uuid: UNIQUE_ID,
  version: {
    number: VERSION,
    build_flavor: "default",
    build_type: "tar",
    build_hash: "khien",
    build_date: STARTED,
    build_snapshot: false,
    lucene_version: "9.12.0",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  },
  // Clients of version 7 tell Elasticsearch by this line.
  tagline: "You Know, for Search",
});

const health = (): Answer => ({
  cluster_name: "khien",
  status: "green",
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
  active_primary_shards: 1,
  active_shards: 1,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
  active_shards_percent_as_number: 100,
});

const nodes = ({ host }: Question): Answer => ({
  _nodes: { total: 1, successful: 1, failed: 0 },
  cluster_name: "khien",
  nodes: {
    [UNIQUE_ID]: {
      name: "khien",
      version: VERSION,
      roles: ["data", "ingest", "master"],
      http: { bound_address: [host], publish_address: host },
    },
  },
});

const named =
  (value: Answer) =>
  ({ name }: Question): Answer => ({ [name]: value });

/** GET (and with it HEAD), by path below the door. */
export const QUESTIONS: readonly { readonly path: string; readonly answer: (asked: Question) => Answer }[] = [
  { path: "", answer: root },
  { path: "/", answer: root },
  {
    path: "/_license",
    answer: () => ({ license: { ...LICENSE, issue_date: STARTED, issued_to: "khien", issuer: "khien" } }),
  },
  {
    path: "/_xpack",
    answer: () => ({ build: {}, license: LICENSE, features: { ilm: { available: true, enabled: true } } }),
  },
  { path: "/_cluster/health", answer: health },
  // rsyslog asks for it as a table of text and looks at the status only.
  { path: "/_cat/health", answer: health },
  { path: "/_nodes", answer: nodes },
  { path: "/_nodes/http", answer: nodes },
  { path: "/_nodes/_local", answer: nodes },
  { path: "/_ilm/policy/:name", answer: named({ version: 1, modified_date: STARTED, policy: { phases: {} } }) },
  {
    path: "/_index_template/:name",
    answer: ({ name }) => ({
      index_templates: [{ name, index_template: { index_patterns: [name], data_stream: {} } }],
    }),
  },
  {
    path: "/_component_template/:name",
    answer: ({ name }) => ({ component_templates: [{ name, component_template: {} }] }),
  },
  { path: "/_template/:name", answer: named({ index_patterns: [], settings: {}, mappings: {} }) },
  {
    path: "/_data_stream/:name",
    answer: ({ name }) => ({
      data_streams: [{ name, timestamp_field: { name: "@timestamp" }, status: "GREEN", indices: [] }],
    }),
  },
  { path: "/_ingest/pipeline", answer: () => ({}) },
  { path: "/_ingest/pipeline/:name", answer: named({ description: "", processors: [] }) },
  { path: "/_alias/:name", answer: named({ aliases: {} }) },
  { path: "/:name", answer: named({ aliases: {}, mappings: {}, settings: {} }) },
];

/** PUT: acknowledged, the body unread. */
export const SETUPS: readonly string[] = [
  "/_ilm/policy/:name",
  "/_index_template/:name",
  "/_component_template/:name",
  "/_template/:name",
  "/_data_stream/:name",
  "/_ingest/pipeline/:name",
  "/:name",
];

export const acknowledged = (): Answer => ACKNOWLEDGED;
