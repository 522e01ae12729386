import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { functions, receipts } from "./functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(receipts)],
  // For your machine. A Worker on the internet needs a token: see workers/index.ts.
  http: { expose: "all", authenticate: "none" },
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
