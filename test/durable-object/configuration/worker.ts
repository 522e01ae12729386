import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import { isolationFunctions } from "../isolation/functions.ts";

// What is wrong differs from test to test.
const { BINDING } = bindings as { readonly BINDING?: string };

const engine = durableObjectEngine<Record<string, unknown>>({
  modules: [isolationFunctions],
  binding: (BINDING ?? "STATEFUN") as never,
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
