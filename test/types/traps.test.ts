import {
  type AnyModule,
  type HandlerOptions,
  invocationHandler,
  type Module,
  string,
  type Type,
} from "statefun";
import { type Completed, codecV3, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import * as addresses from "./traps/addresses.ts";
import * as env from "./traps/env.ts";
import * as lists from "./traps/lists.ts";
import * as options from "./traps/options.ts";
import * as recursion from "./traps/recursion.ts";
import * as returned from "./traps/returned-values.ts";
import * as schemas from "./traps/schemas.ts";
import * as workflows from "./traps/workflows.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: string): WireValue => ({
  typename: string.typename,
  bytes: string.encode(value),
  headers: [],
});
const silent: HandlerOptions = { onError: () => undefined };

interface Call {
  readonly states?: readonly string[];
  readonly options?: HandlerOptions;
  readonly secondArgument?: unknown;
}

/** What compiles with a trap in it, run as a cluster would run it. */
async function call(module: AnyModule, name: string, argument: WireValue, given: Call = {}) {
  const { states = [], options: own = {}, secondArgument } = given;
  const batch = codecV3.encodeRequest({
    target: { typename: `traps/${name}`, id: "1" },
    state: new Map(states.map((state) => [state, undefined])),
    invocations: [{ caller: { typename: "traps/caller", id: "1" }, argument }],
  });
  // Whatever a server passes is not what its module wants: that is what is tested here.
  const invoke = invocationHandler(module as Module, { ...silent, ...own });
  const outcome = codecV3.decodeResponse(await invoke(batch, secondArgument));
  expect(outcome.kind).toBe("completed");
  return outcome as Completed;
}

const read = <V>(type: Type<V>, { messages }: Completed) =>
  messages.map(({ argument }) => type.decode(argument.bytes ?? new Uint8Array()));

const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a handler", () => {
  it.each([
    ["increments", "an expression of a number"],
    ["answers", "its answer"],
    ["answers-later", "a promise of its answer"],
  ])("that returns something is told to reply (%s: %s)", async (name) => {
    const states = ["n"];
    const failing = call(returned.functions, name, text("a"), { states });
    await expect(failing).rejects.toEqual(code("returned_value"));
    await expect(failing).rejects.toThrow(/context\.reply/);
  });

  it("that returns nothing, or what send returns, is fine", async () => {
    const block = await call(returned.functions, "block", text("a"), { states: ["n"] });
    expect(read(string, block)).toEqual(["a"]);
    expect(read(string, await call(returned.functions, "sends", text("b")))).toEqual(["b"]);
    expect(read(string, await call(recursion.functions, "ping", text("c")))).toEqual(["c"]);
  });
});

describe("a copy of a typed address", () => {
  it("takes a tagged value", async () => {
    const { messages } = await call(addresses.functions, "copies", text("tagged"));
    expect(messages.map(({ argument }) => argument.typename)).toEqual(["traps/Cart"]);
  });

  it.each(["bare", "parsed"])("refuses a bare value (%s)", async (which) => {
    const failing = call(addresses.functions, "copies", text(which));
    await expect(failing).rejects.toEqual(code("invalid_argument"));
  });
});

describe("an option", () => {
  it("that all instances would share is refused at bind", () => {
    expect(() => options.sharedInitial()).toThrow(code("invalid_argument"));
    expect(() => options.sharedInitial()).toThrow(/give a function/);
  });

  it.each(Object.entries(options.mistakes))(
    "that the compiler refuses is refused at bind, too (%s)",
    (_, bind) => {
      expect(bind).toThrow(code("invalid_argument"));
    },
  );
});

it("data that looks like a tagged value travels as the data that it is", async () => {
  await expect(call(lists.functions, "sender", text("a"))).rejects.toEqual(
    // The first mistake of that handler; the two envelopes before it are fine.
    code("invalid_argument"),
  );
  expect(lists.envelope.accepts.encode({ typename: "traps/Login", value: 1 })).toEqual(
    bytes('{"typename":"traps/Login","value":1}'),
  );
});

describe("a schema", () => {
  it("gives its defaults to the reader and to the holder of a tagged value", () => {
    expect(schemas.Order.of({ item: "a" }).value).toEqual({ item: "a", quantity: 1 });
    expect(schemas.Order.decode(bytes('{"item":"a"}'))).toEqual({ item: "a", quantity: 1 });
  });

  it("that transforms is refused where its state is written", async () => {
    const states = ["shout", "order"];
    const failing = call(schemas.functions, "shouts", text("a"), { states });
    await expect(failing).rejects.toEqual(code("invalid_argument"));
    await expect(failing).rejects.toThrow(/traps\/Shout.*transforms/);
  });
});

describe("the env", () => {
  const platform = { remoteAddr: "127.0.0.1", greeting: "not" };

  it("of the options wins over what a server passes as its second argument", async () => {
    const given = { options: { env: { greeting: "Hello" } }, secondArgument: platform };
    const outcome = await call(env.functions, "greets", text("bob"), given);
    expect(read(string, outcome)).toEqual(["Hello bob"]);
  });

  it("is the second argument where no option gives one", async () => {
    const given = { secondArgument: { greeting: "Good day" } };
    const outcome = await call(env.functions, "greets", text("bob"), given);
    expect(read(string, outcome)).toEqual(["Good day bob"]);
  });
});

describe("another library's NonRetryableError", () => {
  it("is recognised by its name", async () => {
    const failing = call(workflows.functions, "gives-up", text("named"));
    await expect(failing).rejects.toEqual(expect.objectContaining({ name: "NonRetryableError" }));
  });
});
