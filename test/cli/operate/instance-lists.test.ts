import { describe, expect, it } from "vitest";
import { inTime, start } from "./app.ts";
import { objectsOf, operator } from "./operators.ts";
import { stores } from "./stores.ts";

const send = (url: string, name: string, id: string, body: string, media = "text/plain") =>
  fetch(`${url}/functions/${name}/${encodeURIComponent(id)}`, {
    method: "POST",
    headers: { "content-type": media },
    body,
  });

describe.each(Object.entries(stores))("on %s", (_, store) => {
  it("lists instances by prefix, page by page, each once", async () => {
    const { url } = await start({ store: store() });
    const ids = Array.from({ length: 250 }, (_, one) => `zoe-${String(one).padStart(4, "0")}`);
    const hostile = [
      "",
      " ",
      "a\u0000b",
      "\u001b[2J",
      "x".repeat(900),
      "é🙂",
      "..",
      "<b>",
      "\u202eevil",
    ];
    for (const id of [...ids, ...hostile]) {
      await send(url, "shop/cart", id, '{"item":"tea","count":1}', "application/json");
    }
    const all = await operator(url, ["ls", "shop/cart", "--all", "--json"]);
    expect(
      objectsOf(all)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids, ...hostile].filter((id) => id !== "..").sort());
    const some = await operator(url, ["ls", "shop/cart", "--prefix", "zoe-000", "--json"]);
    expect(objectsOf(some).map(({ id }) => id)).toEqual(ids.slice(0, 10));
    const few = await operator(url, ["ls", "shop/cart", "--prefix", "zoe-"]);
    expect(few.errors).toBe("there are more: --limit N or --all shows them\n");
    expect(few.output.trimEnd().split("\n")).toHaveLength(101);
    const table = await operator(url, ["ls", "shop/cart", "--all"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
    expect(table.output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(table.output).toContain("a\\u0000b");
    expect(table.output).toContain("\\u001b[2J");
    const exact = await operator(url, ["ls", "shop/cart", "--prefix", "zoe-", "--limit", "250"]);
    expect(exact.errors).toBe("");
  });

  it("lists those that wait, are paused or do not go on, and why", async () => {
    const { url, shop } = await start({ store: store() });
    shop.trouble = "the bank is closed";
    await send(url, "shop/stuck", "a", "x");
    await send(url, "shop/stuck", "a", "y");
    await operator(url, ["pause", "shop/worker", "b"]);
    await send(url, "shop/worker", "b", "x");
    await expect
      .poll(async () => (await operator(url, ["ls", "shop/stuck", "--troubled"])).output, inTime)
      .toMatch(
        /^ID +WAITING +OLDEST +STATES +SIZE +STATUS\na +2 +\d+[sm] +0 .* retrying .*attempt 1.*: failed: the bank is closed\n$/,
      );
    const all = await operator(url, ["ls", "--troubled"]);
    expect(all.output).toMatch(/FUNCTION +ID +TROUBLE\n(?:.*\n)*shop\/stuck +a +retrying/);
    expect((await operator(url, ["ls", "shop/worker", "--waiting"])).output).toMatch(
      /\nb +1 .*paused/,
    );
    expect((await operator(url, ["ls", "shop/worker", "--paused"])).output).toMatch(
      /\nb +1 .*paused/,
    );
    await operator(url, ["pause", "shop/worker", "idle"]);
    const paused = await operator(url, ["ls", "shop/worker", "--paused"]);
    expect(paused.output).toMatch(/\nidle +0 .*paused/);
    const idle = await operator(url, ["show", "shop/worker", "idle"]);
    expect(idle).toMatchObject({ code: 0, output: "shop/worker idle  paused\n" });
    expect(await operator(url, ["ls", "shop/cart", "--troubled"])).toMatchObject({ code: 4 });
    await expect
      .poll(async () => (await operator(url, ["ls", "--waiting"])).output, inTime)
      .toMatch(/shop\/stuck +2[\s\S]*shop\/worker +1/);
    const shown = await operator(url, ["show", "shop/stuck", "a"]);
    expect(shown.output).toMatch(
      /^shop\/stuck a {2}retrying .*the bank is closed, oldest message \d+[sm]\n/,
    );
    expect((await operator(url, ["show", "shop/worker", "b"])).output).toMatch(
      /^shop\/worker b {2}paused/,
    );
    expect((await operator(url, ["dead", "--groups"])).code).toBe(4);
    await send(url, "shop/worker", "c", "x");
    await send(url, "shop/worker", "d", "x");
    await expect
      .poll(
        async () => (await operator(url, ["dead", "--groups", "--function", "shop/worker"])).output,
        inTime,
      )
      .toMatch(
        /^COUNT +OF +CODE +FIRST +LAST +REASON\n +2 +shop\/worker +non_retryable +\d+[sm] ago +\d+[sm] ago +the bank is closed\n$/,
      );
  });
});
