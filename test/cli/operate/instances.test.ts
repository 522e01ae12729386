import { describe, expect, it } from "vitest";
import { inTime, start } from "./app.ts";
import { objectsOf, operator } from "./operators.ts";
import { proxyOf } from "./proxy.ts";
import { stores } from "./stores.ts";

describe.each(Object.entries(stores))("on %s", (_, store) => {
  it("pauses and resumes a function and an instance, in order", async () => {
    const { url, shop } = await start({ store: store() });
    expect((await operator(url, ["pause", "shop/worker"])).output).toBe("paused shop/worker\n");
    expect(await operator(url, ["pause", "shop/worker"])).toEqual({
      code: 0,
      output: "shop/worker was paused already\n",
      errors: "",
    });
    await operator(url, ["pause", "shop/worker", "a", "--why", "to look at it"]);
    for (const text of ["1", "2", "3"]) await operator(url, ["send", "shop/worker", "a", text]);
    // The server counts once a second.
    await expect
      .poll(async () => (await operator(url, ["ls"])).output, inTime)
      .toMatch(/shop\/worker +3 .* paused\n/);
    const { output } = await operator(url, ["ls", "--paused"]);
    expect(output).toMatch(/shop\/worker +\(all\) +\d+[sm] ago +walter\n/);
    expect(output).toMatch(/shop\/worker +a +\d+[sm] ago +walter +to look at it\n/);
    expect((await operator(url, ["resume", "shop/worker"])).output).toBe("resumed shop/worker\n");
    expect(shop.handled).toEqual([]);
    expect((await operator(url, ["resume", "shop/worker", "a"])).output).toBe(
      "resumed shop/worker a\n",
    );
    await expect.poll(() => shop.handled, inTime).toEqual(["1", "2", "3"]);
    expect((await operator(url, ["resume", "shop/worker", "a"])).output).toBe(
      "shop/worker a was not paused\n",
    );
  });

  it("says of a pause that its function is none of those that are listed", async () => {
    const { url } = await start({ store: store() });
    expect(await operator(url, ["pause", "shop/worke"])).toEqual({
      code: 0,
      output: "paused shop/worke\n",
      errors: "shop/worke is not among the functions that ls lists, did you mean shop/worker?\n",
    });
  });

  it("retries at once, and skips the head", async () => {
    const { url, shop, runtime } = await start({ store: store() });
    shop.trouble = "no";
    for (const text of ["head", "next"]) await operator(url, ["send", "shop/stuck", "a", text]);
    const numbers = async (): Promise<string[]> => {
      const [page] = objectsOf(await operator(url, ["show", "shop/stuck", "a", "--json"]));
      return (page?.mailbox ?? []).map(({ number }: { number: string }) => number);
    };
    const [head = "", next = ""] = await numbers();
    const other = await operator(url, ["skip", "shop/stuck", "a", next]);
    expect(other).toMatchObject({ code: 1, output: "" });
    expect(other.errors).toContain(`(conflict, POST ${url}/admin/instance/skip)`);
    const skipped = `message ${head} of shop/stuck a is a dead letter now\n`;
    expect(await operator(url, ["skip", "shop/stuck", "a", head])).toEqual({
      code: 0,
      output: skipped,
      errors: "",
    });
    const [letter] = await runtime.deadLetters.list();
    expect(letter).toMatchObject({ error: { code: "discarded_by_operator" } });
    shop.trouble = undefined;
    expect((await operator(url, ["retry", "shop/stuck", "a"])).code).toBe(0);
    await expect.poll(() => shop.handled, inTime).toEqual(["next"]);
    expect(await operator(url, ["retry", "shop/stuck", "a"])).toMatchObject({ code: 4 });
  });

  it("takes timers back", async () => {
    const { url } = await start({ store: store() });
    await operator(url, ["send", "shop/worker", "a", "later", "--delay", "1h"]);
    const [page] = objectsOf(await operator(url, ["show", "shop/worker", "a", "--json"]));
    const { number } = page.timers[0];
    expect(await operator(url, ["cancel", number])).toMatchObject({
      code: 0,
      output: `timer ${number} was taken back\n`,
    });
    const again = await operator(url, ["cancel", number]);
    expect(again).toMatchObject({ code: 1, output: "" });
    expect(again.errors).toContain("(conflict, DELETE");
  });

  it("takes back and fires timers of an instance by name, as Durable Objects need it", async () => {
    const { url, shop } = await start({ store: store() });
    for (const text of ["first", "second"]) {
      await operator(url, ["send", "shop/worker", "a", text, "--delay", "1h"]);
    }
    const [page] = objectsOf(await operator(url, ["show", "shop/worker", "a", "--json"]));
    const [first, second] = page.timers.map(({ number }: { number: string }) => number);
    const of = ["shop/worker", "a"];
    expect(await operator(url, ["cancel", first, ...of])).toMatchObject({ code: 0 });
    expect(await operator(url, ["fire", second, ...of])).toMatchObject({ code: 0 });
    await expect.poll(() => shop.handled, inTime).toEqual(["second"]);
    const nobody = await operator(url, ["fire", second, "shop/nobody", "a"]);
    expect(nobody.errors).toContain("(conflict, POST");
  });

  it("reads, writes, clears and deletes states", async () => {
    const { url } = await start({ store: store() });
    const state = (...args: string[]) => operator(url, ["state", ...args]);
    const of = ["shop/cart", "zoe", "items"];
    expect(await state("get", ...of)).toMatchObject({
      code: 4,
      errors: "statefun: state items of shop/cart zoe is not set\n",
    });
    expect(await state("set", ...of, "5")).toMatchObject({
      code: 0,
      output: "set state items of shop/cart zoe\n",
    });
    expect(await state("get", ...of)).toMatchObject({ code: 0, output: "5\n" });
    const [shown] = objectsOf(await state("get", ...of, "--json"));
    expect(shown).toMatchObject({ typename: "io.statefun.types/int", value: 5 });
    expect(await state("set", ...of, "6", "--if-match", shown.etag)).toMatchObject({ code: 0 });
    const late = await state("set", ...of, "7", "--if-match", shown.etag);
    expect(late).toMatchObject({ code: 1, output: "" });
    expect(late.errors).toContain(`(conflict, PUT ${url}/admin/state)`);
    await state("set", "shop/cart", "zoe", "note", "two\nlines \u001b[31m");
    expect((await state("get", "shop/cart", "zoe", "note")).output).toBe(
      '"two\\nlines \\u001b[31m"\n',
    );
    await state("set", "shop/cart", "zoe", "last", '{"item":"tea","count":1}');
    const large = `{"item":"${"x".repeat(20_000)}","count":1}`;
    expect(
      await operator(url, ["state", "set", "shop/cart", "big", "last", "-"], { input: large }),
    ).toMatchObject({ code: 0 });
    expect((await state("get", "shop/cart", "big", "last")).output).toBe(`${large}\n`);
    const note = `two\nlines ${"é".repeat(5_000)}`;
    const setNote = ["state", "set", "shop/cart", "big", "note", "-"];
    expect(await operator(url, setNote, { input: note })).toMatchObject({ code: 0 });
    const read = await state("get", "shop/cart", "big", "note");
    expect(JSON.parse(read.output)).toBe(note);
    expect(await state("clear", ...of)).toMatchObject({ code: 0 });
    expect(await state("get", ...of)).toMatchObject({ code: 4 });
    expect(await operator(url, ["delete", "shop/cart", "zoe"])).toMatchObject({
      code: 0,
      output: "shop/cart zoe has no state any more\n",
    });
    expect(await operator(url, ["delete", "shop/cart", "zoe"])).toMatchObject({ code: 4 });
    expect(await operator(url, ["show", "shop/cart", "zoe"])).toMatchObject({ code: 4 });
  });
});

it("writes and clears a state once, though the answer was lost, as the failure says how", async () => {
  const { url } = await start();
  for (const [verb, rest, said] of [
    ["set", ["5"], "set state items of shop/cart x (it had been done before, with this key)\n"],
    ["clear", [], "cleared state items of shop/cart x (it had been done before, with this key)\n"],
  ] as const) {
    const proxy = await proxyOf(url, ({ method }) => method === "GET");
    const args = ["state", verb, "shop/cart", "x", "items", ...rest];
    const lost = await operator(proxy, args);
    expect(lost).toMatchObject({ code: 3, output: "" });
    const [, key = "", tag = ""] =
      /repeat the command with --key (\S+) --if-match (\S+)\n$/.exec(lost.errors) ?? [];
    expect(key).not.toBe("");
    expect(await operator(url, [...args, "--key", key, "--if-match", unquoted(tag)])).toEqual({
      code: 0,
      output: said,
      errors: "",
    });
    // Without the tag it is another action.
    const other = await operator(url, [...args, "--key", key]);
    expect(other).toMatchObject({ code: 1, output: "" });
    expect(other.errors).toContain("give that one again, with the same --key");
  }
});

/** As a shell takes it. */
function unquoted(word: string): string {
  return word.replace(/^'(.*)'$/, "$1");
}
