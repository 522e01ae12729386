import { invocationHandler, requestReplyHandler, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { requestOf, wires, wireValue } from "./support/program.ts";
import { texts } from "./support/texts.ts";

interface Env {
  readonly name: string;
}

function naming() {
  const seen: unknown[] = [];
  const functions = new StatefulFunctions<Env>();
  functions.bind("test/fn", (context) => {
    seen.push(context.env);
    context.emit(texts, "done");
  });
  return { functions, seen };
}

describe.each(wires)("context.env on wire $name", (codec) => {
  const options = { protocol: codec.name, onError: () => {} };
  const body = requestOf(codec, { messages: [wireValue(string, "a"), wireValue(string, "b")] });
  const request = () => {
    const headers = { "content-type": "application/octet-stream" };
    return new Request("http://fn/", { method: "POST", headers, body });
  };
  const given: Env = { name: "given" };
  const own: Env = { name: "own" };

  it("is the second argument of the handler, the same object for each message", async () => {
    const { functions, seen } = naming();
    const response = await requestReplyHandler(functions, options)(request(), given);
    expect(response.status).toBe(200);
    await invocationHandler(functions, options)(body, given);
    expect(seen).toHaveLength(4);
    for (const env of seen) expect(env).toBe(given);
  });

  it("is that of each call, also of two at once", async () => {
    const { functions, seen } = naming();
    const handle = invocationHandler(functions, options);
    await Promise.all([handle(body, given), handle(body, own)]);
    expect(new Set(seen)).toEqual(new Set([given, own]));
    expect(seen.filter((env) => env === own)).toHaveLength(2);
  });

  it("is the option when there is one, whatever a runtime passes beside the request", async () => {
    const { functions, seen } = naming();
    const handler = requestReplyHandler(functions, { ...options, env: own });
    // What Deno and Bun pass is theirs: the type does not even offer the argument.
    await (handler as (...args: unknown[]) => Promise<Response>)(request(), given);
    await invocationHandler(functions, { ...options, env: own })(body, given);
    for (const env of seen) expect(env).toBe(own);
  });

  it("is the same for the functions of all modules", async () => {
    const { functions, seen } = naming();
    const other = new StatefulFunctions<Env & { readonly more: number }>("other");
    other.bind("test/other", (context) => void seen.push(context.env));
    const handle = invocationHandler([functions, other], options);
    const target = { typename: "test/other", id: "1" };
    const env = { name: "both", more: 1 };
    await handle(body, env);
    await handle(requestOf(codec, { target, messages: [wireValue(string, "c")] }), env);
    expect(seen).toEqual([env, env, env]);
  });
});
