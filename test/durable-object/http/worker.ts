import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { functions, http, keptEgresses, limits } from "../../http/app.ts";

interface Env {
  readonly STATEFUN: { idFromName(name: string): unknown; get(id: never): unknown };
}

/** The application of the HTTP suite on Durable Objects, with the limits of the suite. */
const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: keptEgresses.map((egress) => keep(egress)),
  limits,
  http,
  onError: () => {},
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
