import { createClient } from "statefun/client";
import { durableObjectClient } from "statefun/durable-object";
import type { Namespace } from "../support/platform.ts";
import { counter, misspelt, placement, wrongType } from "./refs.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly OWNER: { fetch(request: Request): Promise<Response> };
}

/** What it ends with, or the code of its error and its text. */
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error) => `${Object(error).code}: ${String(Object(error).message)}`);

async function answers(env: Env): Promise<unknown> {
  const client = durableObjectClient(env.STATEFUN, { placement });
  const elsewhere = durableObjectClient(env.STATEFUN);
  const overHttp = createClient({
    url: "http://owner",
    fetch: (request) => env.OWNER.fetch(request),
  });
  const at = counter.at("a/1");
  const idempotencyKey = "once";
  return {
    call: await outcome(client.call(at, "one")),
    again: await outcome(client.call(at, "one", { idempotencyKey })),
    repeated: await outcome(client.call(at, "one", { idempotencyKey })),
    send: await outcome(client.send(at, "silence")),
    detour: await outcome(elsewhere.call(at, "one")),
    http: await outcome(overHttp.call(at, "one")),
    throws: await outcome(client.call(at, "throw")),
    late: await outcome(client.call(at, "silence", { timeoutMs: 50 })),
    misspelt: await outcome(client.send(misspelt.at("a/1"), "one")),
    misspeltCall: await outcome(client.call(misspelt.at("a/1"), "one")),
    wrongType: await outcome(client.send(wrongType.at("a/1"), 1)),
    wrongNamespace: await outcome(
      (async () => durableObjectClient(undefined as never, { placement }))(),
    ),
    typo: await outcome(
      (async () => durableObjectClient(env.STATEFUN, { placment: 1 } as never))(),
    ),
    jurisdiction: await outcome(
      (async () => durableObjectClient(env.STATEFUN, { jurisdiction: () => "eu" } as never))(),
    ),
  };
}

export default {
  fetch: async (_: Request, env: Env): Promise<Response> => Response.json(await answers(env)),
};
