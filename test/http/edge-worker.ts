import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { functions, keptEgresses, limits } from "./app.ts";
import { edgeFetch, edgeHttp } from "./edge-app.ts";

interface Env {
  readonly STATEFUN: { idFromName(name: string): unknown; get(id: never): unknown };
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: keptEgresses.map((egress) => keep(egress)),
  limits,
  http: edgeHttp,
  onError: () => {},
});

export class StatefulObject extends engine.StatefulObject {}

export default {
  fetch: (request: Request, env: Env) => edgeFetch((one) => engine.worker.fetch(one, env))(request),
};
