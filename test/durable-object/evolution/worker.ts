import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import { programs } from "../../evolution/generations.ts";
import type { Namespace } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly TYPENAMES: "own" | "same";
  readonly GENERATION: "0" | "1" | "2";
}

// The bindings of this Worker, by its own type.
const { TYPENAMES, GENERATION } = bindings as unknown as Env;

const engine = durableObjectEngine<Env>({
  modules: [programs(TYPENAMES)[GENERATION].functions],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

export const StatefulObject = engine.StatefulObject;
export default engine.worker;
