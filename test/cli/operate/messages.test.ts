import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf } from "../program.ts";
import { inTime, start } from "./app.ts";
import { objectsOf, operator } from "./operators.ts";
import { stores } from "./stores.ts";

describe.each(Object.entries(stores))("on %s", (_, store) => {
  it("sends JSON, text, standard input and files, as the type says", async () => {
    const { url, shop } = await start({ store: store() });
    const folder = folderOf({});
    writeFileSync(join(folder, "order.json"), '{"item":"tea","count":5}');
    const order = '{"item":"tea","count":1}';
    for (const [args, input] of [
      [["shop/cart", "zoe", order]],
      [["shop/cart", "zoe", "-"], order],
      [["shop/cart", "zoe", `@${join(folder, "order.json")}`]],
      [["shop/many", "x", "7", "--type", "int"]],
      [
        [
          "shop/many",
          "x",
          order,
          "--type",
          "shop/Order",
          "--header",
          "x-team=tea",
          "--header",
          "Über=1",
        ],
      ],
      [["shop/worker", "x", '{"not": json}']],
      [["shop/worker", "x", "-"], "from a pipe\n"],
      [["shop/worker", "x", "--", "-5"]],
      [["shop/worker", "", "the empty id"]],
      [["shop/worker", "help", "help"]],
    ] as const) {
      const sent = await operator(url, ["send", ...args], input === undefined ? {} : { input });
      expect(sent, args.join(" ")).toMatchObject({ code: 0, errors: "" });
      expect(sent.output).toMatch(/^sent as message \S+\n$/);
    }
    await expect
      .poll(() => [...shop.handled].sort(), inTime)
      .toEqual(["-5", '{"not": json}', "from a pipe\n", "help", "the empty id"].sort());
    const items = await operator(url, ["state", "get", "shop/cart", "zoe", "items"]);
    expect(items.output).toBe("7\n");
  });

  it("calls, and prints the reply", async () => {
    const { url } = await start({ store: store() });
    const order = '{"item":"tea","count":1}';
    expect(await operator(url, ["call", "shop/cart", "zoe", order])).toEqual({
      code: 0,
      output: `${order}\n`,
      errors: "",
    });
    expect((await operator(url, ["call", "shop/echo", "x", "hé\u001b[31m"])).output).toBe(
      "hé\u001b[31m\n",
    );
    expect(objectsOf(await operator(url, ["call", "shop/echo", "x", "hé", "--json"]))).toEqual([
      { typename: "io.statefun.types/string", value: "hé" },
    ]);
  });

  it("makes one message of two with one key", async () => {
    const { url, shop } = await start({ store: store() });
    const args = ["send", "shop/worker", "x", "once", "--key", "k1"];
    expect((await operator(url, args)).output).not.toContain("before");
    expect((await operator(url, args)).output).toContain(
      ": it had been sent before, with this key",
    );
    const other = await operator(url, ["send", "shop/worker", "x", "other", "--key", "k1"]);
    expect(other).toMatchObject({ code: 1, output: "" });
    expect(other.errors).toContain(`(idempotency_conflict, POST ${url}/functions/shop/worker/x)`);
    await expect.poll(() => shop.handled, inTime).toEqual(["once"]);
  });

  it("says what became of a call that fails, or takes too long", async () => {
    const { url } = await start({ store: store() });
    const dead = await operator(url, ["call", "shop/worker", "x", "never"]);
    expect(dead).toMatchObject({ code: 1, output: "" });
    expect(dead.errors).toMatch(/^statefun: .*dead letter.*non_retryable.*\(dead_letter, POST/);
    const args = ["call", "shop/slow", "x", "5000", "--timeout", "100ms", "--key", "k2"];
    const late = await operator(url, args);
    expect(late).toMatchObject({ code: 3, output: "" });
    expect(late.errors).toMatch(
      /\(call_timeout, POST .*it is unknown whether it was done: repeat the command with --key k2\n$/,
    );
  });

  it("sends later", async () => {
    const { url, shop } = await start({ store: store() });
    await operator(url, ["send", "shop/worker", "x", "later", "--delay", "1.5h"]);
    const [page] = objectsOf(await operator(url, ["show", "shop/worker", "x", "--json"]));
    expect(page.timers).toHaveLength(1);
    const [{ number, atMs }] = page.timers;
    expect(atMs).toBeGreaterThan(Date.now() + 5_000_000);
    expect(await operator(url, ["fire", number])).toMatchObject({
      code: 0,
      output: `timer ${number} fires now\n`,
    });
    await expect.poll(() => shop.handled, inTime).toEqual(["later"]);
  });
});

it("sends and calls without the API for operators, where JSON is JSON and all else is text", async () => {
  const { url, shop } = await start({ http: { authenticate: "none", expose: "all" } });
  const order = '{"item":"tea","count":1}';
  expect(await operator(url, ["call", "shop/cart", "zoe", order])).toMatchObject({
    ...{ code: 0, output: `${order}\n`, errors: "" },
  });
  expect(await operator(url, ["send", "shop/worker", "x", "a text"])).toMatchObject({ code: 0 });
  expect(await operator(url, ["send", "shop/worker", "x", "7", "--type", "string"])).toMatchObject({
    code: 0,
  });
  await expect.poll(() => shop.handled, inTime).toEqual(["a text", "7"]);
  const seven = await operator(url, ["send", "shop/many", "x", "7"]);
  expect(seven).toMatchObject({ code: 0 });
  const list = await operator(url, ["ls"]);
  expect(list).toMatchObject({ code: 1, output: "" });
  expect(list.errors).toMatch(
    /^statefun: nothing at \/admin\/functions: the option http.admin is not set there/,
  );
});
