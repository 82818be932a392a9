import { ContentFault, type ContentProblem, Fault, type FaultKind } from "../../kernel/index.ts";

const STATUS: Readonly<Record<FaultKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  busy: 429,
  unavailable: 503,
};

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly errors?: readonly { path: string; message: string }[];
  readonly problems?: readonly ContentProblem[];
}

/** Problems told of one text; the rest mostly follows from them. */
const MAX_PROBLEMS = 100;

/** Any thrown thing as RFC 9457 problem details. A bug shows nothing of itself to the caller; the log has it by `instance`. */
export function toProblem(error: unknown, requestId: string): ProblemBody {
  const fault = asFault(error);
  const errors = validationErrors(error);
  return {
    type: `urn:khien:fault:${fault.code}`,
    title: fault.code,
    status:
      STATUS[fault.kind] === 422 && errors === undefined && fault.code === "http.body.malformed"
        ? 400
        : statusOf(fault),
    detail: fault.message,
    instance: requestId,
    code: fault.code,
    params: fault.params,
    ...(errors === undefined ? {} : { errors }),
    ...(fault instanceof ContentFault ? { problems: fault.problems.slice(0, MAX_PROBLEMS) } : {}),
  };
}

export function asFault(error: unknown): Fault & { status?: number } {
  if (error instanceof Fault) return error;
  const { statusCode, code, message, ttl } = (error ?? {}) as {
    statusCode?: number;
    code?: string;
    message?: string;
    ttl?: number;
  };
  if (validationErrors(error) !== undefined)
    return new Fault("invalid", "http.request.invalid", "the request does not fit its schema");
  if (statusCode === 429)
    return new Fault(
      "busy",
      "http.rate.exceeded",
      "too many requests",
      {},
      Math.max(1, Math.ceil((ttl ?? 1000) / 1000)),
    );
  if (statusCode === 413) return new Fault("too_large", "http.body.too_large", message ?? "body too large");
  if (statusCode === 415) return new Fault("unsupported", "http.body.media_type", message ?? "unsupported media type");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Fault("invalid", "http.body.malformed", message ?? "malformed request", { cause: code ?? "" });
  }
  return new InternalFault();
}

/** A bug, as the caller sees it. */
class InternalFault extends Fault {
  constructor() {
    super("unavailable", "http.internal", "internal error; the operator's log has the details under this instance id");
  }
}

function statusOf(fault: Fault): number {
  return fault instanceof InternalFault ? 500 : STATUS[fault.kind];
}

function validationErrors(error: unknown): { path: string; message: string }[] | undefined {
  const { validation } = (error ?? {}) as { validation?: { instancePath?: string; message?: string }[] };
  return validation?.map((one) => ({ path: one.instancePath ?? "", message: one.message ?? "invalid" }));
}
