import {
  functionRef,
  int,
  invocationHandler,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, sent, wires, wireValue } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const messages = [wireValue(string, "go")];
const noop = () => {};

describe("two functions of one name", () => {
  it("in one module are refused when the second is bound, with the module's name", async () => {
    const functions = new StatefulFunctions("orders");
    functions.bind("test/fn", noop);
    const error = await failure(() => functions.bind("test/fn", noop), "invalid_argument");
    expect(error.message).toMatch(/test\/fn .*"orders"/);
    const ref = functionRef("test/fn", string);
    await failure(() => functions.implement(ref, {}, noop), "invalid_argument");
  });

  it("in two modules are refused when the handler is made, with both names", async () => {
    const modules = [new StatefulFunctions("orders"), new StatefulFunctions("carts")];
    for (const module of modules) module.bind("test/fn", noop);
    for (const make of [invocationHandler, requestReplyHandler]) {
      const error = await failure(() => make(modules), "invalid_argument");
      expect(error.message).toMatch(/test\/fn .*"orders".*"carts"/);
    }
  });

  it.each(wires)(
    "bound after the handler was made fail on wire $name, not run either",
    async (codec) => {
      const modules = [new StatefulFunctions("orders"), new StatefulFunctions("carts")] as const;
      const ran: string[] = [];
      modules[0].bind("test/fn", () => void ran.push("orders"));
      const handle = invocationHandler(modules, { protocol: codec.name, onError: noop });
      const request = codec.encodeRequest({
        target: { typename: "test/fn", id: "1" },
        state: new Map(),
        invocations: [{ caller: undefined, argument: wireValue(string, "go") }],
      });
      await handle(request);
      modules[1].bind("test/fn", () => void ran.push("carts"));
      const error = await failure(handle(request), "invalid_argument");
      expect(error.message).toMatch(/test\/fn .*"orders".*"carts"/);
      expect(ran).toEqual(["orders"]);
    },
  );
});

describe.each(wires)("a function on wire $name", (codec) => {
  it("of a name that nobody bound is unknown, by that name", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", noop);
    for (const typename of ["test/nf", "test/Fn", "test/fn ", "fn", "test/fn/x"]) {
      const work = complete(codec, functions, { target: { typename, id: "1" }, messages });
      const error = await failure(work, "unknown_function");
      expect(error.message).toContain(typename);
    }
  });

  it("may be bound after the handler was made", async () => {
    const functions = new StatefulFunctions();
    const handle = invocationHandler(functions, { protocol: codec.name, onError: noop });
    const ran: string[] = [];
    functions.bind("test/fn", (context) => void ran.push(context.self.id));
    const target = { typename: "test/fn", id: "7" };
    const invocations = [{ caller: undefined, argument: wireValue(string, "go") }];
    await handle(codec.encodeRequest({ target, state: new Map(), invocations }));
    expect(ran).toEqual(["7"]);
  });

  it("is found in any of several modules", async () => {
    const modules = ["a", "b", "c"].map((name) => {
      const module = new StatefulFunctions(name);
      module.bind(`test/${name}`, (context) => context.emit(texts, `module ${name}`));
      return module;
    });
    for (const name of ["c", "a", "b"]) {
      const target = { typename: `test/${name}`, id: "1" };
      const outcome = await complete(codec, modules, { target, messages });
      expect(emitted(outcome, string)).toEqual([`module ${name}`]);
    }
  });

  it("declared by functionRef is implemented with what the reference accepts and replies", async () => {
    const greeter = functionRef("test/fn", string, { replies: int });
    const functions = new StatefulFunctions();
    const state = { seen: { type: int, initial: 0 } };
    const bound = functions.implement(greeter, { state }, (context, text) => {
      context.state.seen += text.length;
      context.reply(context.state.seen);
      context.send(greeter.at(text), "again");
    });
    expect(bound).toBe(greeter);
    const caller = { typename: "test/caller", id: "c" };
    const known = [["seen", undefined]] as const;
    const outcome = await complete(codec, functions, { state: known, caller, messages });
    expect(outcome.messages).toMatchObject([
      { target: caller, argument: { typename: int.typename } },
      { target: { typename: "test/fn", id: "go" }, argument: { typename: string.typename } },
    ]);
    const other = { state: known, caller, messages: [wireValue(int, 1)] };
    await failure(complete(codec, functions, other), "message_undecodable");
  });

  it("that is bound can be sent to by what bind returned", async () => {
    const functions = new StatefulFunctions();
    const self = functions.bind("test/fn", { accepts: string }, (context, text) => {
      context.send(self.at("next"), `${text} on`);
    });
    const outcome = await complete(codec, functions, { messages });
    expect(sent(outcome, string)).toEqual(["go on"]);
    expect(outcome.messages[0]?.target).toEqual({ typename: "test/fn", id: "next" });
  });
});
