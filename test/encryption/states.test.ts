import { json, shape, StatefulFunctions, string } from "statefun";
import { encrypted } from "statefun/encryption";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { keys, secretText } from "./support.ts";

interface Card {
  number: string;
  uses: number;
}

const Card = encrypted(json("shop/card", shape<Card>()), keys);

describe("a state of an encrypted type", () => {
  it("is read and written like any other", async () => {
    const functions = new StatefulFunctions();
    const fn = functions.bind(
      "shop/wallet",
      { accepts: string, replies: string, state: { card: Card } },
      (context, message) => {
        context.state.card ??= { number: secretText, uses: 0 };
        context.state.card.uses++;
        context.reply(`${message} ${context.state.card.uses}`);
      },
    );
    const runtime = await createRuntime({ modules: functions, store: memoryStore() });
    expect(await runtime.call(fn.at("1"), "a")).toBe("a 1");
    expect(await runtime.call(fn.at("1"), "b")).toBe("b 2");
    expect((await runtime.instance(fn.at("1"))).state.card).toEqual({
      number: secretText,
      uses: 2,
    });
    await runtime.close();
  });
});
