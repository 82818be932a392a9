import pino from "pino";

/** Structured log on stderr, one JSON object a line. Secrets never reach it: see `redact`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** `auto`: a person at a terminal sees what needs them, a log collector sees everything. */
export type LogLevel = "auto" | "debug" | "info" | "warn" | "error" | "silent";

const SECRET_KEYS = [
  "password",
  "current",
  "next",
  "token",
  "secret",
  "csrfToken",
  "cookie",
  "authorization",
  "set-cookie",
];

export function openLog(level: LogLevel): Log {
  const paths = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);
  return pino(
    {
      level: level === "auto" ? (process.stderr.isTTY === true ? "warn" : "info") : level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: "[secret]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
