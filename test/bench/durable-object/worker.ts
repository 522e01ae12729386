import { durableObjectEngine } from "statefun/durable-object";
import { Bare } from "./bare.ts";
import { Burst, functions, ran, source } from "./functions.ts";
import { arrived, firsts, hops } from "./hops.ts";
import { type Env, type ObjectState, objectOf } from "./platform.ts";
import { type ObjectFigures, Tally } from "./tally.ts";
import { grouped } from "./worker-names.ts";

export { Bare };

const engine = durableObjectEngine<Env>({
  modules: [functions, ...hops],
  binding: "STATEFUN",
  placement: ({ typename, id }) => (id.startsWith(grouped) ? id : `${typename}/${id}`),
});

/** The class with what it has beside what its type shows. */
type Base = new (
  state: ObjectState,
  env: Env,
) => {
  receive(to: string, batch: unknown): Promise<unknown>;
  alarm(): Promise<void>;
  look(
    to: string,
    address: { typename: string; id: string },
    place: { kind: "state"; key: string },
    want: { limit: number; maxBytes: number },
  ): Promise<unknown>;
};
const Base = engine.StatefulObject as unknown as Base;

/** By the ids of objects. */
const tallies = new Map<string, Tally>();

export class StatefulObject extends Base {
  readonly #state: ObjectState;
  readonly #tally: Tally;

  constructor(state: ObjectState, env: Env) {
    super(state, env);
    this.#state = state;
    const id = state.id.toString();
    this.#tally = tallies.get(id) ?? new Tally();
    tallies.set(id, this.#tally);
    if (env.COUNTED !== undefined) this.#tally.watch(state);
  }

  override receive(to: string, batch: unknown): Promise<unknown> {
    this.#tally.rpcs += 1;
    return super.receive(to, batch);
  }

  override alarm(): Promise<void> {
    this.#tally.alarms += 1;
    return super.alarm();
  }

  /** Resolves when so many messages have run, and their effects survive a crash. */
  async until(id: string, messages: number): Promise<void> {
    while ((ran.get(id) ?? 0) < messages) await new Promise((next) => setTimeout(next, 1));
    const place = { kind: "state", key: "" } as const;
    const want = { limit: 1, maxBytes: 1 };
    await this.look(`bench/sink/${id}`, { typename: "bench/sink", id }, place, want);
  }

  async figures(): Promise<ObjectFigures> {
    return this.#tally.take();
  }

  async bytes(): Promise<number> {
    return this.#state.storage.sql.databaseSize;
  }
}

/** What is asked of this Worker, as JSON. */
export type Order = BurstOrder | HopOrder | FiguresOrder;

/** Messages at once to the first function of a pair, all of which arrive at the second one. */
export interface HopOrder {
  readonly way: "hop";
  readonly name: string;
  readonly id: string;
  readonly messages: number;
}

/** What objects have done since they were last asked. */
export interface FiguresOrder {
  readonly way: "figures";
  readonly from: string;
  readonly to: string;
}

export interface BurstOrder {
  readonly way: "statefun" | "one" | "many";
  /** Objects of a run of their own. */
  readonly id: string;
  readonly messages: number;
  readonly characters: number;
  readonly piece: number;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const order = (await request.json()) as Order;
    if (order.way === "figures") return figures(order, env);
    if (order.way === "hop") return hop(order, env);
    return burst(order, env);
  },
};

async function figures({ from, to }: FiguresOrder, env: Env): Promise<Response> {
  const [sender, receiver] = [from, to].map((name) =>
    objectOf<StatefulObject>(env.STATEFUN, name),
  ) as [StatefulObject, StatefulObject];
  const figures = { from: await sender.figures(), to: await receiver.figures() };
  return Response.json({ ...figures, bytes: await receiver.bytes() });
}

async function hop({ name, id, messages }: HopOrder, env: Env): Promise<Response> {
  const before = arrived.get(id) ?? 0;
  const first = firsts.get(name);
  if (first === undefined) throw new Error(`no functions ${name}`);
  const { send } = engine.client(env);
  const sent = Array.from({ length: messages }, () => send(first.at(id), "a message"));
  await Promise.all(sent);
  while ((arrived.get(id) ?? 0) < before + messages) {
    await new Promise((next) => setTimeout(next, 1));
  }
  return Response.json({ count: arrived.get(id) });
}

async function burst(order: BurstOrder, env: Env): Promise<Response> {
  const { way, id, messages, characters, piece } = order;
  if (way === "statefun") {
    const sinkObject = objectOf<StatefulObject>(env.STATEFUN, `bench/sink/${id}`);
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
}
