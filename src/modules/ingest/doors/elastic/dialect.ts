/** How Elasticsearch's clients show who they are and are told "no". */
import type { Dialect } from "../../../../platform/http/index.ts";
import { tokenIn } from "../tokens.ts";

const TYPES: Readonly<Record<number, string>> = {
  400: "illegal_argument_exception",
  401: "security_exception",
  403: "security_exception",
  404: "resource_not_found_exception",
  413: "content_too_large_exception",
  415: "media_type_header_exception",
  429: "es_rejected_execution_exception",
};

const JSON_TYPE = "application/json";

/** Clients of version 8 ask for their own media type and some insist on getting it. */
export function answerType(accept: string | undefined): string {
  const version = /application\/vnd\.elasticsearch\+json\s*;\s*compatible-with=(\d)/u.exec(accept ?? "")?.[1];
  return version === undefined ? JSON_TYPE : `application/vnd.elasticsearch+json;compatible-with=${version}`;
}

export const ELASTIC: Dialect = {
  headers: { "x-elastic-product": "Elasticsearch" },
  tokenOf: (authorization) => tokenIn(authorization, ["apikey", "bearer"]),
  refusal: (fault, asked) => {
    const status = asked.status === 422 ? 400 : asked.status;
    const type = TYPES[status] ?? "unavailable_exception";
    const cause = { type, reason: `${fault.message} [${fault.code}]` };
    const { accept } = asked.headers;
    return {
      status,
      contentType: answerType(typeof accept === "string" ? accept : undefined),
      body: JSON.stringify({ error: { root_cause: [cause], ...cause }, status }),
      ...(status === 401 ? { headers: { "www-authenticate": 'Basic realm="khien", charset="UTF-8", ApiKey' } } : {}),
    };
  },
};
