import { address, int, StatefulFunctions, string } from "statefun";
import { durableObjectEngine, type InstanceChange } from "statefun/durable-object";
import { type Namespace, objectOf } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

/** What is used of the platform for WebSockets. */
interface LiveState {
  acceptWebSocket(socket: unknown): void;
  getWebSockets(): readonly { send(text: string): void }[];
}
declare const WebSocketPair: new () => { readonly 0: unknown; readonly 1: unknown };

const functions = new StatefulFunctions("live");

/** Counts, and says by a second state what came last. */
const counter = functions.bind(
  "live/counter",
  {
    accepts: string,
    replies: int,
    state: { count: { type: int, initial: 0 }, last: string },
  },
  (context, text) => {
    if (text === "look") return;
    context.state.count++;
    if (text !== "count") context.state.last = text;
    if (text === "clear") context.clear("last");
    if (text === "answer") context.reply(context.state.count);
  },
);

/** Writes states of several instances of its object in one step. */
functions.bind("live/many", { accepts: int }, (context, count) => {
  for (let index = 0; index < count; index++) context.send(counter.at(`group-${index}`), "count");
});

const errors: string[] = [];

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  placement: ({ id }) => id.split("-")[0] || "none",
  http: { expose: "all", authenticate: "none" },
  onError: (error) => void errors.push(String(error)),
});

interface Live {
  outcome(typename: string, id: string): Promise<unknown>;
  changes(): Promise<unknown>;
}

export class StatefulObject extends engine.StatefulObject implements Live {
  readonly #live: LiveState;
  readonly #name: string | undefined;
  readonly #changes: (readonly string[])[] = [];

  constructor(state: LiveState & { readonly id: { readonly name?: string } }, env: Env) {
    super(state, env);
    this.#live = state;
    this.#name = state.id.name;
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") !== "websocket") return super.fetch(request);
    const pair = new WebSocketPair();
    this.#live.acceptWebSocket(pair[1]);
    await this.#show();
    const init: ResponseInit & { readonly webSocket: unknown } = {
      status: 101,
      webSocket: pair[0],
    };
    return new Response(null, init);
  }

  protected override async onCommit(changes: readonly InstanceChange[]): Promise<void> {
    this.#changes.push(
      changes.map(({ address: { typename, id }, states }) => `${typename} ${id}: ${states.join()}`),
    );
    if (this.#name === "throws") throw new Error("the subclass has failed");
    await this.#show();
  }

  /** Of itself, to every browser that looks at it. */
  async #show(): Promise<void> {
    const { count, last } = await this.stateOf(counter.at(this.#name ?? ""));
    const text = JSON.stringify({ count, last });
    for (const socket of this.#live.getWebSockets()) socket.send(text);
  }

  outcome(typename: string, id: string): Promise<unknown> {
    return this.stateOf(address(typename as "live/any", id)).catch(
      (error) => `${Object(error).code}`,
    );
  }

  async changes(): Promise<unknown> {
    return this.#changes;
  }

  /** As a method of the class would be: whoever has the binding can call it. */
  async rows(): Promise<unknown> {
    return "rows";
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get("object") ?? "";
    const object = objectOf<Live & { fetch(request: Request): Promise<Response> }>(
      env.STATEFUN,
      name,
    );
    switch (pathname) {
      case "/live":
        return object.fetch(request);
      case "/test/changes":
        return Response.json(await object.changes());
      case "/test/state": {
        const id = searchParams.get("id") ?? "";
        return Response.json(await object.outcome(searchParams.get("function") ?? "", id));
      }
      case "/test/rpc": {
        // What a Worker with the binding could try.
        const found = (object as unknown as { stateOf(address: unknown): Promise<unknown> })
          .stateOf({ typename: "live/counter", id: name })
          .then(
            () => "called",
            (error: unknown) => String(error),
          );
        return Response.json(await found);
      }
      case "/test/errors":
        return Response.json(errors);
      default:
        return engine.worker.fetch(request, env);
    }
  },
};
