import { env as bindings } from "cloudflare:workers";
import { address, int, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { keep } from "statefun/runtime";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { blob, edgeFunctions, kept, late, placement, world } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** Set by a deploy that binds the egress that was missing. */
  readonly LATE?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

const delivered: string[] = [];
const lateOnes = late.to((records) => void delivered.push(...records.map(({ value }) => value)));

const engine = durableObjectEngine<Env>({
  modules: [edgeFunctions],
  binding: "STATEFUN",
  placement,
  egresses: env.LATE === undefined ? [keep(kept)] : [keep(kept), lateOnes],
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

interface Watched {
  end(): Promise<void>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: ObjectState;

  constructor(state: ObjectState, given: Env) {
    super(state, given);
    this.#state = state;
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

/** What a send ends with: its code, or `taken`. */
function outcome(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => "taken",
    (error) => `${Object(error).code ?? Object(error).name}: ${String(error).slice(0, 300)}`,
  );
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const client = engine.client(given);
  const id = query.get("id") ?? "";
  const size = Number(query.get("size"));
  switch (path) {
    case "/test/break":
      world.isBroken = query.get("is") === "broken";
      return {};
    case "/test/delivered":
      return delivered;
    case "/test/end":
      return objectOf<Watched>(given.STATEFUN, id)
        .end()
        .then(
          () => "not ended",
          () => "ended",
        );
    case "/test/send":
      return outcome(client.send(address("edge/counted", id), string.of("told")));
    case "/test/call":
      return outcome(client.call(address("edge/counted", id), string.of("ask"), { reply: int }));
    case "/test/header": {
      const headers: [string, Uint8Array][] = [["large", new Uint8Array(size)]];
      return outcome(client.send(address("edge/counted", "h"), string.of("told"), { headers }));
    }
    case "/test/id":
      return outcome(client.send(address("edge/counted", "x".repeat(size)), string.of("told")));
    case "/test/view": {
      // Eight bytes of a buffer that has many.
      const value = blob.of(new Uint8Array(size).subarray(0, 8));
      return outcome(client.send(address("edge/counted", "view"), value));
    }
    case "/test/list": {
      let [after, count] = ["0", 0];
      for (;;) {
        const page = await client.deadLetters.list({ after, limit: 10_000 });
        count += page.length;
        const last = page.at(-1);
        if (last === undefined) return count;
        after = last.id;
      }
    }
    case "/test/abort": {
      const signal = AbortSignal.timeout(Number(query.get("ms")));
      const from = Date.now();
      const end = await outcome(
        client.send(address("edge/counted", id), string.of("told"), { signal }),
      );
      return { end, ms: Date.now() - from };
    }
    default:
      return undefined;
  }
}

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.startsWith("/test/")) return engine.worker.fetch(request, given);
    return Response.json((await control(pathname, searchParams, given)) ?? null);
  },
};
