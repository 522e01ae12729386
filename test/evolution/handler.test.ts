import { int, StatefulFunctions, string, upgraded } from "statefun";
import { codecV2, codecV3, type ProtocolCodec, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, respond, run, wireValue } from "../semantics/support/program.ts";
import { generations } from "./generations.ts";

const go = wireValue(string, "go");
const same = generations("same");
const own = generations("own");

/** A state as the runtime of this wire has stored it. */
async function stored(
  codec: ProtocolCodec,
  type: typeof same.one | typeof same.two | typeof same.three,
  value: unknown,
): Promise<WireValue> {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string, state: { basket: type } }, (context) => {
    context.state.basket = value as never;
  });
  const { mutations } = await complete(codec, functions, {
    state: [["basket", undefined]],
    messages: [go],
  });
  return mutations[0]?.value ?? expect.fail("nothing was stored");
}

function reader(type: typeof same.three, add: string | undefined) {
  const seen: unknown[] = [];
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string, state: { basket: type } }, async (context) => {
    await Promise.resolve();
    seen.push(context.state.basket);
    if (add !== undefined) context.state.basket?.items.push({ name: add, count: 2 });
  });
  return { functions, seen };
}

const pen = { name: "pen", count: 1 };

describe.each([codecV2, codecV3])("the handler of a cluster, on wire $name", (codec) => {
  it("reads a state of the same typename and writes the newest form", async () => {
    const state = [["basket", await stored(codec, same.one, { items: ["pen"] })]] as const;
    const { functions, seen } = reader(same.three, "cup");
    const { mutations } = await complete(codec, functions, { state, messages: [go, go] });
    const cup = { name: "cup", count: 2 };
    expect(seen).toEqual([{ items: [pen, cup] }, { items: [pen, cup, cup] }]);
    expect(mutations).toEqual([
      { name: "basket", value: await stored(codec, same.three, { items: [pen, cup, cup] }) },
    ]);
  });

  it("writes nothing for a mere read", async () => {
    const state = [
      ["basket", await stored(codec, same.two, { items: [{ name: "pen" }] })],
    ] as const;
    const { functions, seen } = reader(same.three, undefined);
    const { mutations } = await complete(codec, functions, { state, messages: [go, go] });
    expect([seen, mutations]).toEqual([[{ items: [pen] }, { items: [pen] }], []]);
  });

  it("refuses the newer form with the older type", async () => {
    const state = [
      ["basket", await stored(codec, same.two, { items: [{ name: "pen" }] })],
    ] as const;
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { basket: same.one } }, (context) => {
      context.state.basket?.items.push("x");
    });
    const error = await failure(
      respond(codec, functions, { state, messages: [go] }),
      "state_undecodable",
    );
    expect(error.message).toContain('state "basket" of test/fn: demo/Basket: items[0]: ');
  });

  it("reads messages of old typenames, and refuses those of any other", async () => {
    const Id = upgraded(string, { from: int, upgrade: String });
    const seen: unknown[] = [];
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: Id }, (_, id) => void seen.push(id));
    await complete(codec, functions, { messages: [wireValue(int, 7), wireValue(string, "x")] });
    expect(seen).toEqual(["7", "x"]);
    await failure(
      respond(codec, functions, {
        messages: [{ typename: "demo/x", bytes: new Uint8Array(), headers: [] }],
      }),
      "message_undecodable",
    );
  });
});

describe("a state of another typename", () => {
  it("is refused on wire v3 before anything reaches the cluster, with what to do", async () => {
    const { functions, seen } = reader(own.three, undefined);
    const text =
      'state "basket": a cluster cannot change the typename of a stored value, so demo/Basket.three cannot follow demo/Basket.two: give both types the same typename';
    for (const state of [
      [],
      [["basket", await stored(codecV3, own.one, { items: ["pen"] })]] as const,
    ]) {
      const error = await failure(
        run(codecV3, functions, { state, messages: [go] }),
        "invalid_argument",
      );
      expect(error.message).toBe(text);
    }
    expect(seen).toEqual([]);
  });

  it("is read and written on wire v2, where a value is stored with its typename", async () => {
    const state = [["basket", await stored(codecV2, own.one, { items: ["pen"] })]] as const;
    const { functions } = reader(own.three, "cup");
    const { mutations } = await complete(codecV2, functions, { state, messages: [go] });
    const items = [pen, { name: "cup", count: 2 }];
    expect(mutations[0]?.value).toEqual(await stored(codecV2, own.three, { items }));
  });
});
