import { address, defineModule, egress, functionRef, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { IngressHost, StartableIngress } from "../../src/engine/contract/ingress-host.ts";
import { peek, reasonOf } from "../../src/internal/show.ts";
import { hosted, stores } from "./support/stores.ts";

/** A program that reaches `demo/greeter` by whatever name it is given. */
function program() {
  const functions = new StatefulFunctions();
  const greeter = functions.bind("demo/greeter", { accepts: string }, () => {});
  const send = functions.bind("demo/send", { accepts: string }, (context, name) => {
    context.send(functionRef(`demo/${name}`, string).at("zoe"), "hello");
  });
  const later = functions.bind("demo/later", { accepts: string }, (context, name) => {
    context.sendAfter(86_400_000, functionRef(`demo/${name}`, string).at("zoe"), "hello");
  });
  const emit = functions.bind("demo/emit", { accepts: string }, (context, name) => {
    context.emit(egress(`demo/${name}`, string), "hello");
  });
  return { functions, greeter, send, later, emit };
}

const reported = (errors: readonly unknown[]) => errors.map((e) => [peek(e, "code"), reasonOf(e)]);
const misspelt = "demo/greter is not bound: 1 message waits for it, did you mean demo/greeter?";

describe.each(stores)("onError hears of a name that nothing provides, on $name", (store) => {
  const host = hosted(store);

  it("once for each function and start, with the name that may be meant", async () => {
    const { functions, send } = program();
    let runtime = await host.start(functions);
    for (const id of ["1", "2", "3"]) await runtime.send(send.at(id), "greter");
    await runtime.send(send.at("1"), "else");
    await runtime.idle();
    const unlike = "demo/else is not bound: 1 message waits for it";
    expect(reported(host.errors)).toEqual([
      ["unknown_function", misspelt],
      ["unknown_function", unlike],
    ]);
    host.errors.length = 0;
    runtime = await host.start(functions);
    await runtime.send(send.at("1"), "greter");
    await runtime.idle();
    expect(reported(host.errors)).toEqual([
      ["unknown_function", misspelt.replace("1 message waits", "3 messages wait")],
      ["unknown_function", unlike],
    ]);
  });

  it("for a delayed message when it is sent", async () => {
    const { functions, later } = program();
    const runtime = await host.start(functions);
    await runtime.send(later.at("1"), "greter");
    await runtime.idle();
    expect(reported(host.errors)).toEqual([["unknown_function", misspelt]]);
  });

  it("for a function that was renamed while messages waited", async () => {
    const before = new StatefulFunctions();
    before.bind("audit/log", { accepts: string }, () => new Promise<void>(() => {}));
    let runtime = await host.start(before);
    for (const id of ["1", "2", "3"]) await runtime.send(address("audit/log", id), string.of("x"));
    await runtime.close({ drainMs: 0 });
    const after = new StatefulFunctions();
    after.bind("audit/logs", { accepts: string }, () => {});
    runtime = await host.start(after);
    expect(reported(host.errors)).toEqual([
      [
        "unknown_function",
        "audit/log is not bound: 3 messages wait for it, did you mean audit/logs?",
      ],
    ]);
  });

  it("for a message of an ingress", async () => {
    let given: IngressHost | undefined;
    const start: StartableIngress["start"] = (ingressHost) => {
      given = ingressHost;
      const health = () =>
        ({ typename: "demo/in", status: "running", sources: [], troubles: [] }) as const;
      return { stop: () => Promise.resolve(), health };
    };
    const ingress = { typename: "demo/in", "~ingress": { start } };
    const module = defineModule({
      name: "in",
      functions: [program().functions],
      ingresses: [ingress],
    });
    await host.start(module as unknown as StatefulFunctions);
    const target = { typename: "demo/greter", id: "zoe" };
    const argument = { typename: string.typename, bytes: string.encode("x"), headers: [] };
    await new Promise<unknown>((resolve) => {
      given?.ingest({ source: "s", position: "1", messages: [{ target, argument }] }, resolve);
    });
    expect(reported(host.errors)).toEqual([["unknown_function", misspelt]]);
  });

  it("for a record of an egress that is misspelt", async () => {
    const { functions, emit } = program();
    const egresses = [egress("demo/greetings", string).to(() => {})];
    const runtime = await host.start(functions, { egresses });
    await runtime.send(emit.at("1"), "grettings");
    await runtime.idle();
    expect(reported(host.errors)).toEqual([
      ["unknown_egress", "egress demo/grettings is not bound, did you mean demo/greetings?"],
    ]);
  });

  it("where it is sent from outside: the send is refused with the name that may be meant", async () => {
    const runtime = await host.start(program().functions);
    await expect(runtime.send(address("demo/greter", "1"), string.of("x"))).rejects.toMatchObject({
      code: "unknown_function",
      message: 'no function "demo/greter" is bound, did you mean demo/greeter?',
    });
    expect(host.errors).toEqual([]);
  });

  it("and not for replies to a caller outside", async () => {
    const functions = new StatefulFunctions();
    const options = { accepts: string, replies: string };
    const echo = functions.bind("demo/echo", options, (context, text) => {
      if (context.caller !== undefined) context.sendAfter(1, context.caller, string.of(text));
    });
    const runtime = await host.start(functions);
    expect(await runtime.call(echo.at("1"), "x")).toBe("x");
    expect(host.errors).toEqual([]);
  });
});
