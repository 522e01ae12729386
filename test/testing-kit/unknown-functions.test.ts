import { functionRef, StatefulFunctions, string } from "statefun";
import { createTestRuntime, stub } from "statefun/testing";
import { describe, expect, it } from "vitest";

const misspelt = functionRef("demo/greter", string);

function program() {
  const functions = new StatefulFunctions();
  functions.bind("demo/greeter", { accepts: string }, () => {});
  const send = functions.bind("demo/send", { accepts: string }, (context, text) => {
    context.send(misspelt.at("zoe"), text);
  });
  const later = functions.bind("demo/later", { accepts: string }, (context, text) => {
    context.sendAfter(1_000, misspelt.at("zoe"), text);
  });
  const chain = functions.bind("demo/chain", { accepts: string }, (context, text) => {
    context.sendAfter(1_000, send.at("1"), text);
  });
  const ask = functions.bind("demo/ask", { accepts: string, replies: string }, (context, text) => {
    context.send(misspelt.at("zoe"), text);
  });
  return { functions, send, later, chain, ask };
}

const refused = {
  code: "unknown_function",
  message:
    "demo/greter is not bound: 1 message waits for it, did you mean demo/greeter? (bind it, or stand in for it with the option stubs)",
};

describe("a message to a function that is not bound fails the test", () => {
  it("at the send that causes it, and at all that follows", async () => {
    const { functions, send } = program();
    await using runtime = await createTestRuntime(functions);
    await expect(runtime.send(send.at("1"), "x")).rejects.toMatchObject(refused);
    await expect(runtime.idle()).rejects.toMatchObject(refused);
  });

  it("at a send that causes it later", async () => {
    const { functions, later } = program();
    await using runtime = await createTestRuntime(functions);
    await expect(runtime.send(later.at("1"), "x")).rejects.toMatchObject(refused);
  });

  it("where time is moved", async () => {
    const { functions, chain } = program();
    await using runtime = await createTestRuntime(functions);
    await runtime.send(chain.at("1"), "x");
    await expect(runtime.advance(2_000)).rejects.toMatchObject(refused);
  });

  it("at a call whose answer depends on it", async () => {
    const { functions, ask } = program();
    await using runtime = await createTestRuntime(functions);
    await expect(runtime.call(ask.at("1"), "x")).rejects.toMatchObject(refused);
  });

  it("after a crash as well", async () => {
    const { functions, send } = program();
    await using runtime = await createTestRuntime(functions);
    await expect(runtime.send(send.at("1"), "x")).rejects.toMatchObject(refused);
    await expect(runtime.crash()).rejects.toMatchObject(refused);
  });

  it("unless a stub stands in for it", async () => {
    const { functions, send, later } = program();
    const got: string[] = [];
    const stubs = [stub(misspelt, (_, text) => void got.push(text))];
    await using runtime = await createTestRuntime(functions, { stubs });
    await runtime.send(send.at("1"), "now");
    await runtime.send(later.at("1"), "later");
    await runtime.advance(1_000);
    expect(got).toEqual(["now", "later"]);
  });
});
