import { Fault } from "../../../../kernel/index.ts";
import { MAX_OTLP_RECORDS, MAX_OTLP_TEXT_CHARS } from "../../limits.ts";

export function tooMany(): Fault {
  return new Fault("too_large", "ingest.otlp.too_many", "too many records", { limit: MAX_OTLP_RECORDS });
}

export function tooMuchText(): Fault {
  return new Fault("too_large", "ingest.otlp.too_much", "the records with their resources are too large", {
    limit: MAX_OTLP_TEXT_CHARS,
  });
}
