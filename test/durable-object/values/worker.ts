import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import { keeper } from "../../values/support/keeper.ts";
import { expectedOf, keptEverywhere, refusedEverywhere } from "../../values/support/odd-values.ts";
import type { Namespace } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
const values = [...keptEverywhere, ...refusedEverywhere];
const kept = keeper((index) => values[index]?.make());

const engine = durableObjectEngine<Env>({
  modules: [kept.functions],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

export const StatefulObject = engine.StatefulObject;

/** As node:util has it, which is not here. */
function isSame(left: unknown, right: unknown): boolean {
  if (Object(left) !== left || Object(right) !== right) return Object.is(left, right);
  const [one, other] = [Object(left), Object(right)];
  const [keys, others] = [Reflect.ownKeys(one), Reflect.ownKeys(other)];
  return (
    Object.getPrototypeOf(one) === Object.getPrototypeOf(other) &&
    keys.length === others.length &&
    keys.every((key) => isSame(one[key], other[key]))
  );
}

async function play(command: string): Promise<void> {
  const client = engine.client(env);
  const sends = values.flatMap((_, index) => {
    const at = kept.at(`s${index}`);
    if (command === "read") return [client.send(at, "read")];
    const message = client.send(kept.at(`m${index}`), `send ${index}`);
    return [client.send(at, `store ${index}`), client.send(at, "read"), message];
  });
  await Promise.all(sends);
}

/** Of each value how often it was read and received, and whether it was each time what it should be. */
function verdicts(): unknown {
  return values.map((value, index) => {
    const [read, received] = [kept.seenAt(`s${index}`), kept.seenAt(`m${index}`)];
    const expected = value.refused === undefined ? expectedOf(value) : undefined;
    const isRight = [...read, ...received].every((one) => isSame(one, expected));
    const isRefused = value.refused !== undefined;
    return { name: value.name, isRefused, read: read.length, received: received.length, isRight };
  });
}

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/verdicts") return Response.json(verdicts());
    if (!pathname.startsWith("/test/")) return engine.worker.fetch(request, given);
    await play(pathname.slice("/test/".length));
    return Response.json({});
  },
};
