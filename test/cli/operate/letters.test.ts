import { describe, expect, it } from "vitest";
import { inTime, type Started, start } from "./app.ts";
import { command, Operator, objectsOf, operator, startOperator } from "./operators.ts";
import { proxyOf } from "./proxy.ts";
import { stores } from "./stores.ts";

/** Letters of `shop/worker`, whose texts are their numbers. */
async function letters(
  { url, shop, runtime }: Started,
  count: number,
  all: number = count,
): Promise<void> {
  shop.trouble = "not yet";
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      fetch(`${url}/functions/shop/worker/${index % 7}`, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: String(index),
      }),
    ),
  );
  const found = async () => (await runtime.deadLetters.list({ limit: 1_000 })).length;
  await expect.poll(found, inTime).toBe(all);
  shop.trouble = undefined;
}

const idsOf = async ({ url }: Started): Promise<string[]> =>
  objectsOf(await operator(url, ["dead", "--json", "--all"])).map(({ id }) => id);

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, one) => String(one)).sort();

describe.each(Object.entries(stores))("on %s", (_, store) => {
  it("replays one by its id, once, however often it is said with one key", async () => {
    const started = await start({ store: store() });
    await letters(started, 1);
    const { url, shop } = started;
    const [id = ""] = await idsOf(started);
    const args = ["replay", id, "--key", "k", "--why", "the bank is open"];
    const done = { code: 0, output: "replayed 1 dead letter\n", errors: "" };
    expect(await operator(url, args)).toEqual(done);
    expect(await operator(url, args)).toEqual(done);
    await expect.poll(() => shop.handled, inTime).toEqual(["0"]);
    const missing = `statefun: there is no dead letter ${id} (any more)\n`;
    expect(await operator(url, ["replay", id])).toEqual({ code: 4, output: "", errors: missing });
    expect(await operator(url, ["discard", id])).toEqual({ code: 4, output: "", errors: missing });
  });

  it("replays several, and says which are missing", async () => {
    const started = await start({ store: store() });
    await letters(started, 3);
    const { url, shop } = started;
    const [first = "", second = ""] = await idsOf(started);
    const refused = await operator(url, ["replay", first, second]);
    expect(refused).toMatchObject({ code: 2, output: "" });
    expect(refused.errors).toBe(
      "statefun: 2 dead letters will be replayed: not a terminal, so nothing can be asked: confirm with --yes\n",
    );
    const { code, output, errors } = await operator(url, [
      "replay",
      first,
      second,
      "99999",
      "--yes",
    ]);
    expect({ code, output }).toEqual({ code: 1, output: "replayed 2 dead letters\n" });
    expect(errors).toBe("statefun: there is no dead letter 99999 (any more)\n");
    await expect.poll(() => shop.handled.length, inTime).toBe(2);
  });

  it("counts with --dry-run, and changes nothing", async () => {
    const started = await start({ store: store() });
    await letters(started, 3);
    const { url } = started;
    const ids = await idsOf(started);
    const upTo = ids.at(-1);
    const text = `3 dead letters would be discarded, up to ID ${upTo}\n`;
    expect((await operator(url, ["discard", "--all", "--dry-run"])).output).toBe(text);
    expect(objectsOf(await operator(url, ["replay", "--all", "--dry-run", "--json"]))).toEqual([
      { dryRun: true, count: 3, upTo },
    ]);
    const some = await operator(url, ["replay", ids[0] ?? "", "99999", "--dry-run"]);
    expect(some).toMatchObject({ code: 0, output: "1 dead letter would be replayed\n" });
    expect(await idsOf(started)).toEqual(ids);
    expect((await operator(url, ["replay", "--code", "nothing"])).code).toBe(4);
  });

  it("replays all that match and that are there now, not those that fail again", async () => {
    const started = await start({ store: store() });
    await letters(started, 5);
    const { url, shop } = started;
    shop.trouble = "still not";
    const args = ["replay", "--function", "shop/worker", "--yes"];
    expect((await operator(url, args)).output).toBe("replayed 5 dead letters\n");
    await expect.poll(() => idsOf(started), inTime).toHaveLength(5);
    shop.trouble = undefined;
    const bound = (await idsOf(started))[2] ?? "";
    const some = await operator(url, ["replay", "--all", "--up-to", bound, "--yes", "--json"]);
    expect(objectsOf(some)).toEqual([{ replayed: 3, upTo: bound }]);
    expect((await operator(url, ["discard", "--all", "--yes"])).output).toBe(
      "discarded 2 dead letters\n",
    );
    await expect.poll(() => shop.handled.length, inTime).toBe(3);
  });

  it("replays each once, though it is killed in the middle and said again", async () => {
    const started = await start({ store: store() });
    await letters(started, 450);
    let answers = 0;
    let killed: ReturnType<typeof startOperator> | undefined;
    // The third page is done, and its answer is never read.
    const proxy = await proxyOf(started.url, ({ url = "", method }) => {
      if (killed === undefined || method !== "POST" || !url.includes("/replay")) return true;
      if (++answers === 4) killed.process.kill("SIGKILL");
      return true;
    });
    const args = ["replay", "--function", "shop/worker", "--yes"];
    killed = startOperator(proxy, args);
    expect(await killed.ended).toMatchObject({ code: "SIGKILL", output: "" });
    const left = (await idsOf(started)).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(450);
    killed = undefined;
    const again = await operator(proxy, args);
    expect(again).toMatchObject({ code: 0, output: `replayed ${left} dead letters\n` });
    await expect.poll(() => [...started.shop.handled].sort(), inTime).toEqual(numbers(450));
  });

  it("sends a page again, with its key, when the answer to it was lost", async () => {
    const started = await start({ store: store() });
    await letters(started, 250);
    let pages = 0;
    const proxy = await proxyOf(started.url, ({ url = "", method }) => {
      const isPage = method === "POST" && url.includes("/replay");
      if (isPage) pages++;
      // The first is the count.
      return pages !== 3;
    });
    const { output, code } = await operator(proxy, ["replay", "--all", "--yes"]);
    expect({ output, code }).toEqual({ output: "replayed 250 dead letters\n", code: 0 });
    expect(pages).toBe(5);
    await expect.poll(() => [...started.shop.handled].sort(), inTime).toEqual(numbers(250));
  });

  it("ends with what was done and how to go on, where the server stays away", async () => {
    const started = await start({ store: store() });
    await letters(started, 250);
    let pages = 0;
    const proxy = await proxyOf(started.url, ({ url = "", method }) => {
      if (method === "POST" && url.includes("/replay")) pages++;
      return pages < 3;
    });
    const { code, output, errors } = await operator(proxy, ["replay", "--all", "--yes"]);
    expect({ code, output }).toEqual({ code: 3, output: "" });
    const upTo = /--up-to (\d+)/.exec(errors)?.[1];
    expect(errors).toMatch(
      /100 dead letters had been replayed: repeat the command to continue; with --up-to \d+ it leaves out letters that have come since\n$/,
    );
    await operator(started.url, ["replay", "--all", "--yes", "--up-to", `${upTo}`]);
    await expect.poll(() => [...started.shop.handled].sort(), inTime).toEqual(numbers(250));
  });
});

it("replays no more than it has counted, whatever comes before it asks", async () => {
  const started = await start();
  await letters(started, 3);
  let counts = 0;
  const proxy = await proxyOf(started.url, async ({ url = "", method }) => {
    // After the count, and before what tells the last one.
    if (method === "POST" && url.includes("/discard") && ++counts === 1)
      await letters(started, 2, 5);
    return true;
  });
  const ended = await operator(proxy, ["discard", "--all", "--dry-run", "--json"]);
  const [{ count, upTo }] = objectsOf(ended);
  const ids = await idsOf(started);
  expect(ids).toHaveLength(5);
  expect(ids.filter((id) => Number(id) <= Number(upTo))).toHaveLength(count);
});

it("says how many of those that were named had been replayed, where it stops in the middle", async () => {
  const started = await start();
  await letters(started, 3);
  const ids = await idsOf(started);
  let replays = 0;
  const proxy = await proxyOf(
    started.url,
    ({ url = "" }) => !url.includes("/replay") || ++replays < 3,
  );
  const { code, output, errors } = await operator(proxy, ["replay", ...ids, "--yes", "--key", "k"]);
  expect({ code, output }).toEqual({ code: 3, output: "" });
  expect(errors).toMatch(/repeat the command with --key k; 2 dead letters had been replayed\n$/);
  expect(await operator(started.url, ["replay", ...ids, "--yes", "--key", "k"])).toMatchObject({
    code: 0,
    output: "replayed 3 dead letters\n",
  });
});

it("ends at Ctrl-C with what was done, and the same command goes on", async () => {
  const started = await start();
  await letters(started, 450);
  let pages = 0;
  let interrupted: ReturnType<typeof startOperator> | undefined;
  const proxy = await proxyOf(started.url, async ({ url = "", method }) => {
    if (method !== "POST" || !url.includes("/replay") || ++pages !== 4) return true;
    interrupted?.process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 500));
    return true;
  });
  const args = ["replay", "--code", "non_retryable", "--yes"];
  interrupted = startOperator(proxy, args);
  const { code, output, errors } = await interrupted.ended;
  expect({ code, output }).toEqual({ code: 130, output: "" });
  expect(errors).toMatch(
    /^statefun: interrupted; 200 dead letters had been replayed: repeat the command to continue; .*\n$/,
  );
  const again = await operator(proxy, args);
  expect(again).toMatchObject({ code: 0, output: "replayed 150 dead letters\n" });
  await expect.poll(() => [...started.shop.handled].sort(), inTime).toEqual(numbers(450));
});

describe("on a terminal", () => {
  const onTerminal = (url: string, args: readonly string[]) => {
    const line = [...command, ...args].map((one) => `'${one}'`).join(" ");
    const environment = { STATEFUN_URL: url, STATEFUN_TOKEN: "writer" };
    return new Operator(["script", "-qec", line, "/dev/null"], { environment, isOpen: true });
  };

  it.for([
    [
      "y\n",
      0,
      /2 dead letters will be replayed. Continue\? \[y\/N\] [\s\S]*y\s+replayed 2 dead letters/,
      0,
    ],
    ["n\n", 1, /Continue\? \[y\/N\] [\s\S]*n\s+statefun: nothing was done/, 2],
    ["\u0003", 130, /Continue\? \[y\/N\] [\s\S]*interrupted/, 2],
  ] as const)("asks before more than one: %o", async ([input, code, says, left]) => {
    const started = await start();
    await letters(started, 2);
    const terminal = onTerminal(started.url, ["replay", "--all"]);
    await terminal.says(/Continue\? \[y\/N\] /);
    terminal.process.stdin?.write(input);
    const ended = await terminal.ended;
    expect(ended.output).toMatch(says);
    expect(ended.code).toBe(code);
    await expect.poll(async () => (await idsOf(started)).length, inTime).toBe(left);
  });
});
