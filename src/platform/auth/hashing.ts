import { hash, verify } from "@node-rs/argon2";
import { Fault } from "../../kernel/index.ts";
import { normalPassword } from "./core/password-rules.ts";
import { MAX_HASHING, MAX_HASHING_WAITING } from "./limits.ts";
import { randomSecret } from "./secrets.ts";

/** OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. The package's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT_PREFIX = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;

/** Password hashing, few at a time: each costs 19 MiB and tens of milliseconds of one core. */
export class PasswordHashing {
  readonly #dummy: string;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(dummy: string) {
    this.#dummy = dummy;
  }

  static async open(): Promise<PasswordHashing> {
    return new PasswordHashing(await hash(randomSecret(), COST));
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normalPassword(password), COST));
  }

  /** Without a stored hash (unknown or disabled person, or one without a password) a dummy is checked, so that the answer takes as long. */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const real = stored === "" ? undefined : stored;
    const match = await this.#inTurn(() => verify(real ?? this.#dummy, normalPassword(password)));
    return match && real !== undefined;
  }

  isCurrent(stored: string): boolean {
    return stored.startsWith(CURRENT_PREFIX);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_HASHING) {
      if (this.#waiting.length >= MAX_HASHING_WAITING)
        throw new Fault("busy", "auth.sign_in.busy", "too many sign-ins at once", {}, 2);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // A waiting caller inherits the place, so the count does not change.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
