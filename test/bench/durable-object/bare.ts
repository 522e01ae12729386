import { DurableObject } from "cloudflare:workers";
import { text } from "./functions.ts";
import { type Env, type ObjectState, objectOf } from "./platform.ts";

/** What somebody would write by hand who does without exactly once: an object that calls another one. */
export class Bare extends DurableObject {
  readonly #state: ObjectState;
  readonly #env: Env;

  constructor(state: ObjectState, env: Env) {
    super(state as never, env as never);
    this.#state = state;
    this.#env = env;
    state.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS received (id INTEGER PRIMARY KEY, body TEXT)",
    );
  }

  /** Sends one after another, `batch` of them with each call. */
  async burst(to: string, messages: number, characters: number, batch: number): Promise<void> {
    const target = objectOf<Bare>(this.#env.BARE, to);
    for (let sent = 0; sent < messages; sent += batch) {
      const texts = Array.from({ length: batch }, (_, n) => text(sent + n, characters));
      if (batch === 1) await target.one(texts[0] ?? "");
      else await target.many(texts);
    }
  }

  async one(body: string): Promise<void> {
    this.#insert(body);
  }

  async many(bodies: readonly string[]): Promise<void> {
    this.#state.storage.transactionSync(() => {
      for (const body of bodies) this.#insert(body);
    });
  }

  async count(): Promise<number> {
    const [row] = [...this.#state.storage.sql.exec("SELECT count(*) AS count FROM received")];
    return Number(row?.["count"]);
  }

  #insert(body: string): void {
    this.#state.storage.sql.exec("INSERT INTO received (body) VALUES (?)", body);
  }
}
