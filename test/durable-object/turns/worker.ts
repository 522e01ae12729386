import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import type { Namespace, ObjectClass, ObjectState } from "../support/platform.ts";
import { burn, functions, speed, world } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** Set where the clocks stand while code runs, as they do on the platform and not in development. */
  readonly STANDING?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

const running = performance.now.bind(performance);
const wall = Date.now.bind(Date);

/** How often something was committed, and how many messages burnt at most between two. */
const commits = { count: 0, burnt: 0, most: 0 };

if (env.STANDING !== undefined) standStill();

/** Clocks that are set where the platform's are: when a timer fires, and when a request or an answer comes. */
function standStill(): void {
  let [monotonic, now] = [0, 0];
  const tick = () => {
    monotonic = running();
    now = wall();
  };
  tick();
  Date.now = () => now;
  performance.now = () => monotonic;
  const timer = globalThis.setTimeout;
  globalThis.setTimeout = ((run: () => void, delayMs?: number) =>
    timer(() => {
      tick();
      run();
    }, delayMs)) as typeof setTimeout;
  world.tick = tick;
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: (error) => console.error(error),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

export class StatefulObject extends Base {
  constructor(state: ObjectState, given: Env) {
    world.tick();
    const { storage } = state;
    const { transactionSync } = storage;
    Object.defineProperty(storage, "transactionSync", {
      value: <T>(body: () => T): T => {
        commits.count++;
        commits.most = Math.max(commits.most, world.burnt - commits.burnt);
        commits.burnt = world.burnt;
        return transactionSync.call(storage, body) as T;
      },
    });
    super(state, given);
  }

  override send(...given: Parameters<InstanceType<typeof Base>["send"]>) {
    world.tick();
    return super.send(...given);
  }

  override receive(...given: Parameters<InstanceType<typeof Base>["receive"]>) {
    world.tick();
    return super.receive(...given);
  }
}

/** How many rounds of burning take a millisecond. */
function measured(): number {
  const from = running();
  burn(2_000);
  return 2_000 / (running() - from);
}

async function control(path: string, query: URLSearchParams): Promise<unknown> {
  switch (path) {
    case "/test/go":
      world.isGoing = true;
      return {};
    case "/test/stop":
      world.isGoing = false;
      return {};
    case "/test/measure": {
      // Of the compiled code.
      for (let round = 0; round < 50; round++) burn(100);
      // The best of several: another process may have had the processor for a while.
      speed.roundsOfMs = Math.max(...Array.from({ length: 5 }, measured));
      return speed.roundsOfMs;
    }
    case "/test/crowd":
      Object.assign(crowd, { wanted: Number(query.get("of")), there: 0 });
      return {};
    case "/test/begin":
      Object.assign(commits, { count: 0, burnt: world.burnt, most: 0 });
      return {};
    case "/test/commits":
      return commits;
    default:
      return undefined;
  }
}

/** Requests that are held until all of them have come: one event brings what many clients sent. */
const crowd = { wanted: 0, there: 0 };

async function held(): Promise<void> {
  crowd.there++;
  while (crowd.there < crowd.wanted) await new Promise((resolve) => setTimeout(resolve, 100));
}

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/test/")) {
      return Response.json(await control(pathname, searchParams));
    }
    if (request.method === "POST") await held();
    return engine.worker.fetch(request, given);
  },
};
