import { address, defineModule, functionRef, int } from "statefun";
import { createRuntime } from "statefun/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RecentlyUsed } from "../../src/transport/recently-used.ts";
import { eventually, far, hosted } from "./support/hosted.ts";
import { answer } from "./support/raw-server.ts";

const host = hosted();
afterEach(() => {
  vi.unstubAllGlobals();
});

const endpoint = (urlPathTemplate: string, functions: string = "far/*") =>
  defineModule({
    name: "far",
    endpoints: [{ functions: [functions as `${string}/*`], urlPathTemplate }],
  });

/** Templates by which a caller would choose the host, the port or the user. */
const refused: readonly string[] = [
  "http://{function.name}/",
  "http://{function.name}:80/",
  "http://10.0.0.{function.name}/",
  "http://{function.name}.0.0.1/",
  "http://{function.name}.1/",
  "http://a{function.name}.example.com/",
  "http://{function.name}a.example.com/",
  "http://{function.name}.example.{function.name}/",
  "http://example.com:{function.name}/",
  "http://{function.name}@example.com/",
  "http://user:{function.name}@example.com/",
  "http:{function.name}",
  "http:\\\\{function.name}\\",
  "http://[{function.name}]/",
  "{function.name}://example.com/",
  "http://exa mple/{function.name}",
  "http://example.com:99999/{function.name}",
  "http://example.com/#{function.name}",
];

describe("a urlPathTemplate", () => {
  it.each(refused)("is refused as %s", async (template) => {
    await expect(createRuntime({ modules: [endpoint(template)] })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(/urlPathTemplate of an endpoint of module "far"/),
    });
  });

  it.each([".", "..", "a b"])("of a host is refused for a function named %s", async (name) => {
    const ref = functionRef(`far/${name}`, int);
    const module = defineModule({
      name: "far",
      endpoints: [{ functions: [ref], urlPathTemplate: "http://{function.name}.example.com/" }],
    });
    await expect(createRuntime({ modules: [module] })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(/the name of a function of .* must be a label of a host/),
    });
  });
});

/** Names that are no part of a URL, or none of a host. */
const strange = ["..", ".", "%2e%2e", "a?b", "a#b", "a@b", "a\\b", "é", "127.0.0.1", "a:1", " "];

describe("the name of a function behind a namespace", () => {
  it("stays within its part of the path, or its messages are given up at once", async () => {
    const server = await host.serve((_, response) => answer(response));
    const runtime = await host.start([endpoint(`${server.url}/fn/{function.name}/x`)]);
    for (const name of strange) await runtime.send(address(`far/${name}`, "1"), int.of(1));
    await runtime.idle();
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ address: to, error }) => [to.typename, error.code])).toEqual([
      ["far/..", "non_retryable"],
      ["far/.", "non_retryable"],
    ]);
    const paths = strange.slice(2).map((name) => `/fn/${encodeURIComponent(name)}/x`);
    expect(server.seen.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
  });

  it("is a label of the host, or its messages are given up at once", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      return new Response(null, { status: 404 });
    });
    const runtime = await host.start([endpoint("http://{function.name}.example.com/x")]);
    for (const name of [...strange, "-a", "a-", "x".repeat(64), "a.b"]) {
      await runtime.send(address(`far/${name}`, "1"), int.of(1));
    }
    await runtime.send(address("far/A-1", "1"), int.of(1));
    await runtime.idle();
    expect(new Set(asked)).toEqual(new Set(["http://a-1.example.com/x"]));
    const codes = (await runtime.deadLetters.list()).map(({ error }) => error.code);
    expect(codes.filter((code) => code === "non_retryable")).toHaveLength(strange.length + 4);
  });

  it("that no host has fails by itself, and takes nobody else down", async () => {
    const server = await host.serve((_, response) => answer(response));
    const real = globalThis.fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const { hostname } = new URL(url);
      if (hostname.startsWith("nobody")) {
        const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`));
        throw new TypeError("fetch failed", { cause });
      }
      if (hostname.startsWith("down"))
        throw new TypeError("fetch failed", { cause: new Error("x") });
      return real(server.url, init);
    });
    const runtime = await host.start([endpoint("http://{function.name}.example.com/x")]);
    await runtime.send(address("far/down", "1"), int.of(1));
    await runtime.send(address("far/nobody", "1"), int.of(1));
    for (let id = 0; id < 10; id++) await runtime.send(address("far/up", `${id}`), int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count === 10,
    );
    await vi.waitFor(async () =>
      expect((await runtime.deadLetters.list()).map(({ address: to }) => to.typename)).toEqual([
        "far/nobody",
      ]),
    );
  });

  it.each([
    ["a port that fetch refuses", "http://127.0.0.1:1/", /bad port/],
    ["a port that fetch refuses, of mail", "http://127.0.0.1:25/", /bad port/],
  ])("at %s has failed, and is no outage", async (_, url, says) => {
    const runtime = await host.start([far("far/fn", url)]);
    await runtime.send(address("far/fn", "1"), int.of(1));
    await vi.waitFor(async () => expect(await runtime.deadLetters.list()).toHaveLength(1));
    const [letter] = await runtime.deadLetters.list();
    expect(letter?.error.message).toMatch(says);
  });
});

describe("names from outside", () => {
  it("are remembered up to a number, those that were used last", () => {
    const table = new RecentlyUsed<number>(100, () => true);
    table.set("often", -1);
    for (let index = 0; index < 10_000; index++) {
      table.set(`name ${index}`, index);
      table.get("often");
    }
    expect(table.size).toBe(100);
    expect(table.get("often")).toBe(-1);
    expect(table.get("name 9999")).toBe(9_999);
    expect(table.get("name 0")).toBeUndefined();
  });

  it("leave nothing behind in a runtime that was sent any number of them", async () => {
    const server = await host.serve((_, response) => answer(response));
    const runtime = await host.start([endpoint(server.url)]);
    const send = async (round: number): Promise<void> => {
      const sends = Array.from({ length: 500 }, (_, index) =>
        runtime.send(address(`far/n${round}-${index}`, "1"), int.of(1)),
      );
      await Promise.all(sends);
      await runtime.idle();
    };
    for (let round = 0; round < 3; round++) await send(round);
    expect(server.seen.length).toBe(1_500);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});
