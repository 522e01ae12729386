import { egress, functionRef, int, NonRetryableError, StatefulFunctions, string } from "statefun";
import { createTestRuntime, stub } from "statefun/testing";
import { expect, it } from "vitest";

const prices = functionRef("elsewhere/prices", string, { replies: int });
const bills = egress("test/bills", string);

function shop() {
  const functions = new StatefulFunctions("shop");
  const buy = functions.bind("test/buy", { accepts: [string, int] }, (context, message) => {
    if (message.typename === string.typename) context.send(prices.at("eur"), message.value);
    else context.emit(bills, `${message.value} from ${context.caller?.typename}`);
  });
  return { functions, buy };
}

it("stands in for a function of elsewhere, and replies to who asks", async () => {
  const { functions, buy } = shop();
  const asked: string[] = [];
  const fake = stub(prices, (context, item) => {
    asked.push(`${item} in ${context.self.id}`);
    context.reply(42);
  });
  await using runtime = await createTestRuntime(functions, { stubs: [fake] });
  await runtime.send(buy.at("1"), string.of("tea"));
  expect(asked).toEqual(["tea in eur"]);
  expect(runtime.emitted(bills)).toEqual(["42 from elsewhere/prices"]);
});

it("may be called, may fail and may answer later", async () => {
  let tries = 0;
  const fake = stub(prices, async (context, item) => {
    if (item === "gone") throw new NonRetryableError("sold out");
    if (++tries < 3) throw new Error("busy");
    await Promise.resolve();
    context.reply(7);
  });
  const { functions } = shop();
  await using runtime = await createTestRuntime(functions, { stubs: [fake] });
  const call = runtime.call(prices.at("eur"), "tea");
  await runtime.advance(1_000);
  expect(await call).toBe(7);
  await expect(runtime.call(prices.at("eur"), "gone")).rejects.toThrow("sold out");
});

it("refuses a stub of a function that is bound, and what is no stub", async () => {
  const { functions } = shop();
  const twice = stub(functionRef("test/buy", string), () => {});
  const both = createTestRuntime(functions, { stubs: [twice] });
  await expect(both).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(both).rejects.toThrow("test/buy");
  const none = createTestRuntime(functions, { stubs: [prices as never] });
  await expect(none).rejects.toThrow("a stub must be made by stub(ref, handler)");
});
