/**
 * The one way to say "no" for an expected reason. A Fault carries a stable code (what), parameters (where, how much)
 * and is mapped to an RFC 9457 problem only in `platform/http`. Bugs throw ordinary errors.
 *
 * Codes are `<area>.<thing>.<what>`; texts for people live in content/i18n under `fault.<code>`.
 */
export type FaultKind =
  | "invalid" // 400/422: the caller must change the request
  | "unauthenticated" // 401
  | "forbidden" // 403
  | "missing" // 404
  | "conflict" // 409
  | "too_large" // 413
  | "unsupported" // 415
  | "busy" // 429: slow down, `retryAfterSeconds` says when
  | "unavailable"; // 503

export type FaultParams = Readonly<Record<string, string | number | boolean | null>>;

export class Fault extends Error {
  readonly kind: FaultKind;
  readonly code: string;
  readonly params: FaultParams;
  /** Seconds, only for `busy` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: FaultKind, code: string, detail: string, params: FaultParams = {}, retryAfterSeconds?: number) {
    super(detail);
    this.name = "Fault";
    this.kind = kind;
    this.code = code;
    this.params = params;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Fault;
}
