/**
 * Zeek's tab-separated logs. A line means nothing without the header above it, so the reading side (ZeekHeader) puts
 * what the header says into the record's format: `zeek-tsv:<path>:<columns>`. The line itself stays byte-exact in `raw`
 * and the record can be parsed alone, in any order, after any restart.
 *
 * A column is its name and a mark for its type: `#` number, `?` boolean, `*` set or vector, none for text.
 * `zeek-tsv:<path>` without columns means the standard columns of that log, for senders that cannot say more.
 */
import { type FieldScalar, tableOf } from "../../../../kernel/index.ts";
import { MAX_FIELDS, MAX_NAME_CHARS, MAX_VALUES } from "../limits.ts";
import type { Parsed } from "../parsed.ts";
import { newFields } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { zeekEvent } from "./zeek.ts";

export const ZEEK_TSV = "zeek-tsv:";
const MAX_HEADER_CHARS = 16_384;

const CONNECTION = "ts#,uid,id.orig_h,id.orig_p#,id.resp_h,id.resp_p#";
/** Columns of the standard logs as Zeek 4 to 6 write them. */
const STANDARD = tableOf<string>({
  conn: `${CONNECTION},proto,service,duration#,orig_bytes#,resp_bytes#,conn_state,local_orig?,local_resp?,missed_bytes#,history,orig_pkts#,orig_ip_bytes#,resp_pkts#,resp_ip_bytes#,tunnel_parents*`,
  dns: `${CONNECTION},proto,trans_id#,rtt#,query,qclass#,qclass_name,qtype#,qtype_name,rcode#,rcode_name,AA?,TC?,RD?,RA?,Z#,answers*,TTLs*,rejected?`,
  http: `${CONNECTION},trans_depth#,method,host,uri,referrer,version,user_agent,origin,request_body_len#,response_body_len#,status_code#,status_msg,info_code#,info_msg,tags*,username,password,proxied*,orig_fuids*,orig_filenames*,orig_mime_types*,resp_fuids*,resp_filenames*,resp_mime_types*`,
  smb_files: `${CONNECTION},fuid,action,path,name,size#,prev_name,times.modified#,times.accessed#,times.created#,times.changed#`,
  smb_mapping: `${CONNECTION},path,service,native_file_system,share_type`,
  dce_rpc: `${CONNECTION},rtt#,named_pipe,endpoint,operation`,
  ntlm: `${CONNECTION},username,hostname,domainname,server_nb_computer_name,server_dns_computer_name,server_tree_name,success?`,
  ssh: `${CONNECTION},version#,auth_success?,auth_attempts#,direction,client,server,cipher_alg,mac_alg,compression_alg,kex_alg,host_key_alg,host_key`,
  modbus: `${CONNECTION},func,exception`,
  dnp3: `${CONNECTION},fc_request,fc_reply,iin#`,
});

function markOf(type: string): string {
  if (/^(?:set|vector)\[/.test(type)) return "*";
  if (type === "bool") return "?";
  return /^(?:time|interval|count|int|double|port)$/.test(type) ? "#" : "";
}

/** Header state of one stream of TSV lines. */
export class ZeekHeader {
  #path = "";
  #fields: readonly string[] = [];
  #format: string | undefined;

  /** True when the line is one of the header's own (`#separator` … `#close`). */
  push(line: string): boolean {
    const match = /^#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)[\t ]/.exec(line);
    if (match === null) return false;
    const values = line.length > MAX_HEADER_CHARS ? [] : line.slice(match[0].length).split("\t");
    if (match[1] === "separator") {
      this.#format = undefined;
      this.#fields = [];
    } else if (match[1] === "path") {
      this.#path = values[0] ?? "";
    } else if (match[1] === "fields") {
      this.#fields = values;
      this.#format = this.#describe([]);
    } else if (match[1] === "types") {
      this.#format = this.#describe(values);
    }
    return true;
  }

  /** The format of a line below the header; undefined while no header has named the columns. */
  get format(): string | undefined {
    return this.#format;
  }

  #describe(types: readonly string[]): string | undefined {
    if (this.#fields.length === 0 || this.#fields.length > MAX_FIELDS) return undefined;
    if (!this.#fields.every((name) => /^[\w.\-@]{1,200}$/.test(name))) return undefined;
    const path = /^[\w.-]{1,64}$/.test(this.#path) ? this.#path : "unknown";
    const columns = this.#fields.map((name, i) => name + markOf(types[i] ?? "")).join(",");
    return STANDARD[path] === columns ? ZEEK_TSV + path : `${ZEEK_TSV}${path}:${columns}`;
  }
}

/** `\x09` and the like, which Zeek writes for characters it must not print. */
function unescapeTsv(value: string): string {
  if (!value.includes("\\x")) return value;
  return value.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function scalar(value: string, mark: string): FieldScalar {
  if (mark === "#") {
    const number = Number(value);
    return Number.isFinite(number) ? number : value;
  }
  if (mark === "?" && (value === "T" || value === "F")) return value === "T";
  return unescapeTsv(value);
}

/** Parses a line by its format; undefined when the format names no columns. Columns beyond the line's end are absent. */
export function parseZeekTsv(raw: string, format: string): Parsed | undefined {
  const [path = "", described] = format.slice(ZEEK_TSV.length).split(":", 2);
  const columns = described ?? (Object.hasOwn(STANDARD, path) ? STANDARD[path] : undefined);
  if (columns === undefined || columns === "") return undefined;
  const names = columns.split(",", MAX_FIELDS);
  const values = raw.split("\t", MAX_FIELDS);
  if (values.length < 2) return undefined;
  const fields = newFields();
  for (let i = 0; i < values.length && i < names.length; i++) {
    const value = values[i] as string;
    const column = (names[i] as string).slice(0, MAX_NAME_CHARS);
    const mark = /[#?*]$/.exec(column)?.[0] ?? "";
    const name = mark === "" ? column : column.slice(0, -1);
    if (value === "-") continue;
    if (mark === "*") fields[name] = value === "(empty)" ? [] : value.split(",", MAX_VALUES).map(unescapeTsv);
    else fields[name] = value === "(empty)" ? "" : scalar(value, mark);
  }
  return zeekEvent("zeek-tsv", path, fields, parseTime(fields["ts"]));
}
