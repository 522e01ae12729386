import { durableObjectEngine } from "statefun/durable-object";
import { Bare } from "./bare.ts";
import { countRows, type Rows } from "./counted-rows.ts";
import { Burst, functions, ran, source } from "./functions.ts";
import { type Env, type ObjectState, objectOf } from "./platform.ts";

export { Bare };

const engine = durableObjectEngine<Env>({ modules: [functions], binding: "STATEFUN" });

/** The class with what it has beside what its type shows. */
type Base = new (
  state: ObjectState,
  env: Env,
) => {
  receive(to: string, batch: unknown): Promise<unknown>;
  inspect(to: string, address: { typename: string; id: string }): Promise<unknown>;
};
const Base = engine.StatefulObject as unknown as Base;

/** What an object was asked and has written since it began, and what it takes. */
export interface ObjectFigures {
  readonly rpcs: number;
  readonly rows: Rows;
  readonly bytes: number;
}

export class StatefulObject extends Base {
  readonly #state: ObjectState;
  readonly #rows: (() => Rows) | undefined;
  #rpcs = 0;

  constructor(state: ObjectState, env: Env) {
    super(state, env);
    this.#state = state;
    this.#rows = env.COUNTED === undefined ? undefined : countRows(state);
  }

  override receive(to: string, batch: unknown): Promise<unknown> {
    this.#rpcs += 1;
    return super.receive(to, batch);
  }

  /** Resolves when so many messages have run, and their effects survive a crash. */
  async until(id: string, messages: number): Promise<void> {
    while ((ran.get(id) ?? 0) < messages) await new Promise((next) => setTimeout(next, 1));
    await this.inspect(`bench/sink/${id}`, { typename: "bench/sink", id });
  }

  async figures(): Promise<ObjectFigures> {
    const rpcs = this.#rpcs;
    this.#rpcs = 0;
    const rows = this.#rows?.() ?? { read: 0, written: 0 };
    return { rpcs, rows, bytes: this.#state.storage.sql.databaseSize };
  }
}

/** What is asked of this Worker, as JSON. */
export interface Order {
  readonly way: "statefun" | "one" | "many" | "figures";
  /** Objects of a run of their own. */
  readonly id: string;
  readonly messages: number;
  readonly characters: number;
  readonly piece: number;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { way, id, messages, characters, piece } = (await request.json()) as Order;
    const sinkObject = objectOf<StatefulObject>(env.STATEFUN, `bench/sink/${id}`);
    if (way === "figures") {
      const sourceObject = objectOf<StatefulObject>(env.STATEFUN, `bench/source/${id}`);
      const [from, to] = [await sourceObject.figures(), await sinkObject.figures()];
      return Response.json({ from, to });
    }
    if (way === "statefun") {
      const before = ran.get(id) ?? 0;
      const burst = Burst.of({ to: id, messages, characters, piece });
      await engine.client(env).send(source.at(id), burst);
      await sinkObject.until(id, before + messages);
      return Response.json({ count: ran.get(id) });
    }
    const to = `${way}/${id}`;
    const batch = way === "one" ? 1 : piece;
    await objectOf<Bare>(env.BARE, `from/${to}`).burst(to, messages, characters, batch);
    return Response.json({ count: await objectOf<Bare>(env.BARE, to).count() });
  },
};
