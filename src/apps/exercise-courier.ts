import { randomBytes } from "node:crypto";
import { Fault } from "../kernel/index.ts";
import type { ExerciseParcel } from "../modules/drills/index.ts";
import { EXERCISE_HEADER } from "../modules/ingest/index.ts";
import type { Gatekeeper, Principal } from "../platform/http/index.ts";
import { deliver } from "./client.ts";

/**
 * Carries exercise lines through the program's own HTTP door, as any shipper would: same parsing, same bounds, same
 * acknowledgement. Its key lives in memory only, opens nothing but that door, and is the only one that may mark
 * lines as an exercise.
 */
export class ExerciseCourier {
  readonly #key = `khien_exercise_${randomBytes(32).toString("base64url")}`;
  #url: URL | undefined;

  /** Where the door is, once the server listens. */
  openAt(url: URL): void {
    this.#url = url;
  }

  async send(parcel: ExerciseParcel, signal: AbortSignal): Promise<void> {
    if (this.#url === undefined) throw new Fault("unavailable", "drills.door.closed", "the HTTP door is not open yet");
    await deliver(
      { url: this.#url, token: this.#key },
      {
        body: parcel.lines.map((line) => `${line}\n`).join(""),
        contentType: "text/plain",
        query: { sensor: parcel.sensor, ...(parcel.format === undefined ? {} : { format: parcel.format }) },
        headers: { [EXERCISE_HEADER]: parcel.exerciseId },
      },
      signal,
    );
  }

  /** The same gatekeeper, which also knows the courier. */
  admit(gatekeeper: Gatekeeper): Gatekeeper {
    return {
      identify: async (credentials) => (credentials.bearer === this.#key ? COURIER : gatekeeper.identify(credentials)),
      audit: (note) => gatekeeper.audit(note),
    };
  }
}

const COURIER: Principal = { kind: "system", id: "exercise", name: "exercise", permissions: new Set(["events.write"]) };
