import { address, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { inTime, start } from "./app.ts";
import { objectsOf, operator } from "./operators.ts";
import { stores } from "./stores.ts";

describe.each(Object.entries(stores))("on %s", (_, store) => {
  it("lists functions with their counts", async () => {
    const { url, runtime } = await start({ store: store() });
    await operator(url, ["send", "shop/worker", "a", "never"]);
    await expect.poll(async () => (await runtime.deadLetters.list()).length, inTime).toBe(1);
    await expect
      .poll(async () => (await operator(url, ["ls"])).output, inTime)
      .toMatch(/shop\/worker +0 +- +0 +\d+ +1\n/);
    const { code, output } = await operator(url, ["ls"]);
    expect(code).toBe(0);
    const [title, ...lines] = output.trimEnd().split("\n");
    expect(title).toMatch(/^FUNCTION +WAITING +OLDEST +DONE +FAILED +DEAD +STATUS$/);
    expect(lines).toHaveLength(6);
    const rows = objectsOf(await operator(url, ["ls", "--json"]));
    expect(rows.map(({ typename }) => typename)).toContain("shop/cart");
  });

  it("shows one instance, page by page with --all", async () => {
    const { url } = await start({ store: store() });
    await operator(url, ["pause", "shop/cart"]);
    for (const id of ["1", "2", "3"]) {
      await operator(url, ["send", "shop/cart", "zoe", `{"item":"tea ${id}","count":1}`]);
    }
    await operator(url, ["send", "shop/cart", "zoe", '{"item":"x","count":1}', "--delay", "1h"]);
    const { code, output } = await operator(url, ["show", "shop/cart", "zoe"]);
    expect(code).toBe(0);
    expect(output).toMatch(/^shop\/cart zoe/);
    expect(output).toMatch(
      /\nmailbox \(3\)\n {2}NUMBER +TYPE +VALUE\n +\d+ +shop\/Order +\{"item":"tea 1"/,
    );
    expect(output).toMatch(/\ntimers\n +NUMBER .*\n +\d+ +in \d+m +shop\/cart zoe +shop\/Order/);
    const few = await operator(url, ["show", "shop/cart", "zoe", "--limit", "2", "--json"]);
    expect(objectsOf(few).map(({ mailbox }) => mailbox.length)).toEqual([2]);
    expect(few.errors).toBe("there is more: --limit N or --all shows it\n");
    await operator(url, ["resume", "shop/cart"]);
    await expect
      .poll(async () => (await operator(url, ["show", "shop/cart", "zoe"])).output, inTime)
      .toMatch(/state\n +NAME +TYPE +VALUE\n +items +int +3\n +last +shop\/Order/);
  });

  it("finds nothing with exit code 4, and says so", async () => {
    const { url } = await start({ store: store() });
    expect(await operator(url, ["dead"])).toEqual({
      code: 4,
      output: "",
      errors: "statefun: nothing matched\n",
    });
    expect(await operator(url, ["show", "shop/cart", "nobody"])).toEqual({
      code: 4,
      output: "",
      errors: "statefun: there is nothing of shop/cart nobody: no state, no message, no timer\n",
    });
    expect((await operator(url, ["ls", "--paused"])).code).toBe(4);
  });

  it("lists dead letters by function, code, text and time", async () => {
    const { url, shop } = await start({ store: store() });
    shop.trouble = "the bank is closed";
    await operator(url, ["send", "shop/worker", "a", "one"]);
    shop.trouble = "the bank is on fire";
    await operator(url, ["send", "shop/worker", "b", "two"]);
    const ids = async (...args: string[]) =>
      objectsOf(await operator(url, ["dead", "--json", ...args])).map(({ address }) => address.id);
    await expect.poll(() => ids(), inTime).toEqual(["a", "b"]);
    expect(await ids("--reason", "fire")).toEqual(["b"]);
    expect(await ids("--function", "shop/worker", "--code", "non_retryable")).toEqual(["a", "b"]);
    expect(await ids("--function", "shop/cart")).toEqual([]);
    expect(await ids("--since", "1h", "--limit", "1")).toEqual(["a"]);
    expect(await ids("--until", "1h")).toEqual([]);
    const { output } = await operator(url, ["dead"]);
    expect(output).toMatch(
      /^ID +FAILED +OF +ATTEMPTS +CODE +REASON +MESSAGE\n *\d+ +\d+[sm] ago +shop\/worker a +1 +non_retryable +the bank is closed +"one"\n/,
    );
  });

  it("lets only those in who have a token, and never says which one", async () => {
    const { url } = await start({ store: store() });
    const none = await operator(url, ["ls"], { environment: { STATEFUN_TOKEN: "" } });
    expect(none).toMatchObject({ code: 1, output: "" });
    expect(none.errors).toContain(
      `give a token by --token or STATEFUN_TOKEN (unauthenticated, GET ${url}/admin/functions)`,
    );
    const wrong = await operator(url, ["ls", "--token", "s3cret"]);
    expect(wrong.errors).toBe(
      `statefun: authentication failed: the server does not accept these credentials (unauthenticated, GET ${url}/admin/functions)\n`,
    );
    const reader = await operator(url, ["pause", "shop/cart", "--token", "reader"]);
    expect(reader).toMatchObject({ code: 1 });
    expect(reader.errors).toMatch(
      /role "write" \(forbidden, POST \S+\/admin\/functions\/shop\/cart\/pause\)\n$/,
    );
    expect((await operator(url, ["ls", "--token", "reader"])).code).toBe(0);
    const proxy = ["ls", "--http-header", "authorization=Bearer writer"];
    expect((await operator(url, proxy, { environment: { STATEFUN_TOKEN: "" } })).code).toBe(0);
  });
});

it("honours the base path of a URL", async () => {
  const { url } = await start({
    http: { basePath: "/inner", authenticate: "none", admin: { authenticate: "none" } },
  });
  expect((await operator(`${url}/inner/`, ["ls"])).code).toBe(0);
  const missing = await operator(url, ["ls"]);
  expect(missing.code).toBe(1);
  expect(missing.errors).toContain("the base path is missing in --url");
});

it("groups those dead letters that match, however many other groups there are", async () => {
  const { url, runtime, shop } = await start();
  const letter = (index: number) => String.fromCharCode(97 + index);
  // Reasons that differ in numbers alone are one group. From some number on the server puts reasons together.
  const rare = `rarely, and behind ${"x".repeat(2_000)} it is rare`;
  for (let index = 0; index <= 420; index++) {
    const own = `no ${letter(index / 26)}q${letter(index % 26)}q`;
    shop.trouble = index < 420 ? own : rare;
    await runtime.send(address("shop/worker", "a"), string.of("x"));
    await runtime.idle();
  }
  const groups = async (...flags: string[]) => {
    const ended = await operator(url, ["dead", "--groups", "--json", ...flags]);
    return { code: ended.code, counts: objectsOf(ended).map(({ count }) => count) };
  };
  expect(await groups("--reason", "it is rare")).toEqual({ code: 0, counts: [1] });
  expect(await groups("--function", "shop/worker", "--reason", "no bqaq")).toMatchObject({
    counts: [1],
  });
  expect(await groups("--since", "1h", "--reason", "rare")).toMatchObject({ counts: [1] });
  expect(await groups("--until", "1h")).toEqual({ code: 4, counts: [] });
  expect(await groups("--code", "unknown_egress")).toEqual({ code: 4, counts: [] });
});

it("finds what waits behind more functions than it shows, and says whether there is more", async () => {
  const functions = new StatefulFunctions("many");
  const name = (index: number) => `many/f${String(index).padStart(3, "0")}` as const;
  for (let index = 0; index < 150; index++) {
    functions.bind(name(index), { accepts: string }, () => new Promise<void>(() => {}));
  }
  const { url } = await start({ modules: [functions] });
  for (const index of [120, 140]) await operator(url, ["send", name(index), "a", "x"]);
  const waiting = async (...args: string[]) => {
    const ended = await operator(url, ["ls", "--waiting", "--json", ...args]);
    return { names: objectsOf(ended).map(({ typename }) => typename), errors: ended.errors };
  };
  // The server counts once a second.
  await expect.poll(() => waiting(), inTime).toEqual({ names: [name(120), name(140)], errors: "" });
  const more = "there are more: --limit N or --all shows them\n";
  expect(await waiting("--limit", "1")).toEqual({ names: [name(120)], errors: more });
  expect(await waiting("--limit", "2")).toEqual({ names: [name(120), name(140)], errors: "" });
  expect((await waiting("--all")).names).toHaveLength(2);
});

it("says that more is troubled than is shown, or than the server gives", async () => {
  const { url } = await start();
  await operator(url, ["pause", "shop/worker"]);
  const send = (id: number) =>
    fetch(`${url}/functions/shop/worker/${id}`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "x",
    });
  for (let id = 0; id < 6; id++) await send(id);
  const troubled = async (...args: string[]) => {
    const ended = await operator(url, ["ls", "--troubled", "--json", ...args]);
    return { count: objectsOf(ended).length, errors: ended.errors };
  };
  const more = "there are more: --limit N or --all shows them\n";
  expect(await troubled("--limit", "5")).toEqual({ count: 5, errors: more });
  expect(await troubled("--limit", "6")).toEqual({ count: 6, errors: "" });
  await Promise.all(Array.from({ length: 1_010 }, (_, id) => send(id)));
  expect(await troubled("--all")).toEqual({
    count: 1_000,
    errors:
      "there may be more: the server gives the worst 1000; statefun ls FUNCTION --troubled lists all of one function\n",
  });
  const own = await operator(url, ["ls", "shop/worker", "--troubled", "--all", "--json"]);
  expect(objectsOf(own)).toHaveLength(1_010);
});
