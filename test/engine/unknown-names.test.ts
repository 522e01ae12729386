import { address, egress, functionRef, StatefulFunctions, string } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

const later = functionRef("test/later", string);
const out = egress("test/out", string);

function known() {
  const functions = new StatefulFunctions("known");
  const forward = functions.bind("test/forward", { accepts: string }, (context, text) => {
    context.send(later.at("1"), text);
  });
  const emit = functions.bind("test/emit", { accepts: string }, (context, text) => {
    context.emit(out, text);
  });
  return { functions, forward, emit };
}

async function health(runtime: Runtime): Promise<unknown> {
  return (await runtime.fetch(new Request("http://test/health"))).json();
}

describe.each(stores)("names that nobody has, on $name", (store) => {
  const host = hosted(store);

  it("are refused of a function that a message from outside is for", async () => {
    const runtime = await host.start(known().functions);
    const refused = { code: "unknown_function", message: 'no function "test/later" is bound' };
    await expect(runtime.send(later.at("1"), "x")).rejects.toMatchObject(refused);
    await expect(runtime.call(later.at("1"), "x")).rejects.toMatchObject(refused);
    await expect(runtime.send(address("test/later", "1"), string.of("x"))).rejects.toMatchObject(
      refused,
    );
  });

  it("keep what functions send to them until a start that has the function", async () => {
    const { functions, forward } = known();
    let runtime = await host.start(functions);
    for (const text of ["a", "b", "c"]) await runtime.send(forward.at("1"), text);
    await runtime.idle();
    expect(await health(runtime)).toMatchObject({
      mailboxes: { waiting: 3, running: 0 },
      parkedFunctions: [{ typename: "test/later", waiting: 3 }],
      deadLetters: 0,
    });
    expect((await runtime.instance(later.at("1"))).mailbox.map((m) => m.as(string))).toEqual([
      "a",
      "b",
      "c",
    ]);
    // A start that has it neither loses nothing.
    runtime = await host.start(functions);
    await runtime.send(forward.at("1"), "d");
    const got: string[] = [];
    const added = new StatefulFunctions("added");
    added.implement(later, {}, (context, text) => {
      got.push(`${text} from ${context.caller?.typename}`);
    });
    runtime = await host.start([functions, added]);
    await runtime.idle();
    expect(got).toEqual(["a", "b", "c", "d"].map((text) => `${text} from test/forward`));
    expect(await health(runtime)).toMatchObject({
      mailboxes: { waiting: 0, running: 0 },
      parkedFunctions: [],
    });
  });

  it("make dead letters of records, which go out at a start that binds the egress", async () => {
    const { functions, emit } = known();
    let runtime = await host.start(functions);
    for (const text of ["a", "b", "c"]) await runtime.send(emit.at("1"), text);
    await runtime.idle();
    const letters = await runtime.deadLetters.list({ typename: "test/out" });
    expect(letters.map(({ message }) => message.as(string))).toEqual(["a", "b", "c"]);
    expect(letters[0]).toMatchObject({
      address: { typename: "test/emit", id: "1" },
      attempts: 0,
      error: { code: "unknown_egress", message: "egress test/out is not bound" },
    });
    const first = letters[0]?.id ?? "";
    await expect(runtime.deadLetters.replay(first)).rejects.toMatchObject({
      code: "unknown_egress",
    });
    const got: string[] = [];
    const bound = out.to((records) => void got.push(...records.map(({ value }) => value)));
    runtime = await host.start(functions, { egresses: [bound] });
    await runtime.idle();
    expect(got).toEqual(["a", "b", "c"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("make dead letters of records that were not delivered when the binding went", async () => {
    const { functions, emit } = known();
    const broken = out.to(() => Promise.reject(new Error("down")));
    let runtime = await host.start(functions, { egresses: [broken] });
    await runtime.send(emit.at("1"), "a");
    await runtime.idle();
    await runtime.close({ drainMs: 0 });
    runtime = await host.start(functions);
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toMatchObject([{ error: { code: "unknown_egress" } }]);
    const got: string[] = [];
    const bound = out.to((records) => void got.push(...records.map(({ value }) => value)));
    runtime = await host.start(functions, { egresses: [bound] });
    await runtime.idle();
    expect(got).toEqual(["a"]);
  });
});
