import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import type { Namespace, ObjectClass } from "../../durable-object/support/platform.ts";
import { localPay, promptly, shopHttp, shopParts } from "./application.ts";
import { withDoor } from "./sending.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly PAY_URL: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

const engine = durableObjectEngine<Env>({
  ...shopParts({ payUrl: env.PAY_URL, payModule: localPay, takesMails: () => false }),
  binding: "STATEFUN",
  retry: promptly,
  http: shopHttp,
  directory: true,
  onError: () => {},
});

export const StatefulObject = engine.StatefulObject as unknown as ObjectClass<Env>;

export default {
  fetch: (request: Request, env: Env) =>
    withDoor(
      (request) => engine.worker.fetch(request, env),
      () => engine.client(env),
    )(request),
};
