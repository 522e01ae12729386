import { setTimeout as pause } from "node:timers/promises";
import { address, defineModule, functionRef, int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { eventually, far, hosted } from "./support/hosted.ts";
import { answer } from "./support/raw-server.ts";

const host = hosted();

describe("a request to a remote function", () => {
  it("is a POST of octets to the url with the function's name in it, with the headers of its module", async () => {
    const server = await host.serve((_, response) => answer(response));
    const url = `${server.url}/functions/{function.name}/v1`;
    const headers = { "X-Key": "secret", "User-Agent": "mine" };
    const runtime = await host.start([far("far/*", url, { headers })]);
    await runtime.send(address("far/a b", "one"), string.of("hello"));
    await runtime.idle();
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      method: "POST",
      path: "/functions/a%20b/v1",
      headers: {
        "content-type": "application/octet-stream",
        "x-key": "secret",
        "user-agent": "mine",
      },
    });
    expect(seen?.headers.cookie).toBeUndefined();
    expect(seen?.batch).toMatchObject({
      target: { typename: "far/a b", id: "one" },
      invocations: [{ argument: { typename: string.typename } }],
    });
  });

  it("has the sender as its caller, and what the answer sends goes on", async () => {
    const server = await host.serve(({ batch }, response) => {
      const [first] = batch.invocations;
      const target = first?.caller ?? { typename: "far/nobody", id: "" };
      const argument = { typename: string.typename, bytes: string.encode("back"), headers: [] };
      answer(response, { messages: [{ target, argument }] });
    });
    const functions = new StatefulFunctions("near");
    const heard: unknown[] = [];
    const near = functions.bind("near/fn", { accepts: [int, string] }, (context, message) => {
      if (message.is(int)) context.send(address("far/fn", "7"), int.of(message.value));
      else heard.push([context.caller?.typename, context.caller?.id, message.value]);
    });
    const runtime = await host.start([functions, far("far/fn", server.url)]);
    await runtime.send(near.at("1"), int.of(1));
    await runtime.idle();
    expect(heard).toEqual([["far/fn", "7", "back"]]);
  });

  it("is how a call of the runtime reaches it, and its answer comes back", async () => {
    const server = await host.serve(({ batch }, response) => {
      const messages = batch.invocations.map(({ caller, argument }) => ({
        target: caller ?? { typename: "far/nobody", id: "" },
        argument,
      }));
      answer(response, { messages });
    });
    const echo = functionRef("far/echo", string, { replies: string });
    const runtime = await host.start([far([echo], server.url)]);
    await expect(runtime.call(echo.at("1"), "hello")).resolves.toBe("hello");
  });

  it("holds what waits for one address, up to maxNumBatchRequests, in order", async () => {
    let release = () => {};
    const first = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await host.serve(async (_, response) => {
      if (server.seen.length === 1) await first;
      answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url, { maxNumBatchRequests: 3 })]);
    for (let n = 0; n < 8; n++) await runtime.send(address("far/fn", "1"), int.of(n));
    release();
    await runtime.idle();
    const batches = server.seen.map(({ batch }) =>
      batch.invocations.map(({ argument }) => int.decode(argument.bytes ?? new Uint8Array())),
    );
    expect(batches.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(batches.map((batch) => batch.length)).toEqual([1, 3, 3, 1]);
  });

  it("carries headers on wire v3, and on v2 is never sent: nothing is dropped without a word", async () => {
    const v3 = await host.serve((_, response) => answer(response));
    const v2 = await host.serve((_, response) => answer(response), "v2");
    const modules = [far("far/new", v3.url), far("far/old", v2.url, { protocol: "v2" })];
    const runtime = await host.start(modules);
    const headers = { trace: "1" };
    await runtime.send(address("far/new", "1"), int.of(1), { headers });
    await runtime.send(address("far/old", "1"), int.of(1), { headers });
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letter).toMatchObject({
      attempts: 1,
      address: { typename: "far/old" },
      error: { code: "unsupported_by_wire" },
    });
    expect(v2.seen).toEqual([]);
    await eventually(
      () => v3.seen.length,
      (count) => count === 1,
    );
    expect(v3.seen[0]?.batch.invocations[0]?.argument.headers).toMatchObject([{ key: "trace" }]);
  });

  it("is one of at most 128 to an endpoint at a time, and the others lose nothing by waiting", async () => {
    let isOver = false;
    const server = await host.serve(async (_, response) => {
      // Until all that may come are there, and whatever may not has had its time.
      while (!isOver && server.mostOpen() < 128) await pause(5);
      if (!isOver) await pause(200);
      isOver = true;
      answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    const sends = Array.from({ length: 500 }, (_, n) =>
      runtime.send(address("far/fn", String(n)), int.of(n)),
    );
    await Promise.all(sends);
    await eventually(
      () => server.seen.length,
      (count) => count >= 500,
    );
    await runtime.idle();
    expect(server.seen).toHaveLength(500);
    expect(server.mostOpen()).toBe(128);
  });
});

describe("endpoints", () => {
  const local = new StatefulFunctions("near");
  local.bind("far/near", () => {});

  it.for([
    [
      "a local function of the same name",
      [local, far("far/near", "http://a/")],
      /far\/near is bound twice: by module "near" and by an endpoint of module "far"/,
    ],
    [
      "two of one name",
      [far("far/a", "http://a/"), far("far/a", "http://b/")],
      /far\/a has two endpoints, of modules "far" and "far"/,
    ],
    [
      "two of one namespace",
      [far("far/*", "http://a/"), far("far/*", "http://b/")],
      /far\/\* has two endpoints/,
    ],
    [
      "a relative url",
      [far("far/a", "/functions")],
      /urlPathTemplate of an endpoint of module "far" must be an absolute URL/,
    ],
    [
      "another scheme",
      [far("far/a", "http+unix:///a.sock")],
      /must be http: or https:, got "http\+unix:"/,
    ],
    ["a user in the url", [far("far/a", "http://me:pass@a/")], /must not contain credentials/],
    [
      "a pattern that is none",
      [far("far/a*", "http://a/")],
      /"namespace\/\*" for a whole namespace, got "far\/a\*"/,
    ],
    ["no function", [far([], "http://a/")], /a list of at least one function/],
    [
      "states on v3",
      [far("far/a", "http://a/", { states: [{ name: "n" }] })],
      /declares its states itself/,
    ],
    [
      "a state twice",
      [far("far/a", "http://a/", { protocol: "v2", states: [{ name: "n" }, { name: "n" }] })],
      /declares state "n" twice/,
    ],
    [
      "two expirations",
      [
        far("far/a", "http://a/", {
          protocol: "v2",
          states: [{ name: "n", expireAfterCallMs: 1, expireAfterWriteMs: 1 }],
        }),
      ],
      /not both/,
    ],
    [
      "no expiration at all",
      [
        far("far/a", "http://a/", {
          protocol: "v2",
          states: [{ name: "n", expireAfterCallMs: 0 }],
        }),
      ],
      /must be an integer from 1 on, got 0/,
    ],
    [
      "another protocol",
      [far("far/a", "http://a/", { protocol: "v1" as "v2" })],
      /must be "v2" or "v3", got "v1"/,
    ],
    ["a wrong time", [far("far/a", "http://a/", { timeoutMs: 0 })], /timeoutMs of .* got 0/],
    [
      "a wrong header",
      [far("far/a", "http://a/", { headers: { "a b": "1" } })],
      /header "a b" of .* is not a valid HTTP header/,
    ],
    ["an unknown setting", [far("far/a", "http://a/", { url: "b" } as never)], /have no "url"/],
    [
      "certificates",
      [far("far/a", "http://a/", { transport: { type: "async", clientCert: "a.pem" } })],
      /does not read certificates/,
    ],
  ] as const)("refuses %s at the start, and names the place", async ([, modules, text]) => {
    await expect(host.start([...modules])).rejects.toThrow(text);
    await expect(host.start([...modules])).rejects.toMatchObject({ code: "invalid_argument" });
  });

  it("take what nothing else has: local functions and whole names go before a namespace", async () => {
    const all = await host.serve((_, response) => answer(response));
    const exact = await host.serve((_, response) => answer(response));
    let near = 0;
    const functions = new StatefulFunctions("near");
    functions.bind("far/near", () => {
      near++;
    });
    const modules = [
      functions,
      defineModule({
        name: "far",
        endpoints: [
          { functions: ["far/*"], urlPathTemplate: all.url },
          { functions: [functionRef("far/exact")], urlPathTemplate: exact.url },
        ],
      }),
    ];
    const runtime = await host.start(modules);
    for (const name of ["near", "exact", "other"] as const) {
      await runtime.send(address(`far/${name}`, "1"), int.of(1));
    }
    const elsewhere = runtime.send(address("elsewhere/fn", "1"), int.of(1));
    await expect(elsewhere).rejects.toMatchObject({ code: "unknown_function" });
    await runtime.idle();
    expect(near).toBe(1);
    expect(exact.seen.map(({ batch }) => batch.target.typename)).toEqual(["far/exact"]);
    expect(all.seen.map(({ batch }) => batch.target.typename)).toEqual(["far/other"]);
  });
});
