import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { alerts, commands, functions } from "./functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(alerts), keep(commands)],
  // For your machine. A Worker on the internet needs a token: see workers/index.ts.
  http: { expose: "all", authenticate: "none" },
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
