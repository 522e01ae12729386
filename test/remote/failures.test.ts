import type { ServerResponse } from "node:http";
import { address, int } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { eventually, far, hosted } from "./support/hosted.ts";
import { answer } from "./support/raw-server.ts";

const host = hosted();
const fn = address("far/fn", "1");

const octets = { "content-type": "application/octet-stream" };

/** Everything that is an answer, and none to work with. */
const answers: readonly (readonly [string, (response: ServerResponse) => unknown, RegExp])[] = [
  [
    "500",
    (r) => r.writeHead(500).end("boom\n at line 3"),
    /^far\/fn at http:\/\/127.0.0.1:\d+ answered 500: boom at line 3$/,
  ],
  ["400", (r) => r.writeHead(400).end(), /answered 400$/],
  ["404", (r) => r.writeHead(404).end("who?"), /answered 404: who\?$/],
  ["501", (r) => r.writeHead(501).end(), /answered 501$/],
  [
    "a redirect",
    (r) => r.writeHead(307, { location: "/there" }).end(),
    /answered with a redirect, which is not followed/,
  ],
  [
    "another content type",
    (r) => r.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    /content-type "text\/html", expected application\/octet-stream: <p>/,
  ],
  ["no content type", (r) => r.writeHead(204).end(), /answered 204 with content-type null/],
  [
    "bytes that are none",
    (r) => r.writeHead(200, octets).end("\u0001"),
    /answered with bytes that are not a response/,
  ],
  [
    "a body announced as too long",
    (r) => r.writeHead(200, { ...octets, "content-length": 33_554_433 }).write("a"),
    /has more than 33554432 bytes/,
  ],
  ["a body that is too long", (r) => void flood(r), /has more than 33554432 bytes/],
];

/** Goes on until nobody reads any more. */
async function flood(response: ServerResponse): Promise<void> {
  response.writeHead(200, octets);
  const chunk = Buffer.alloc(1_048_576);
  while (!response.closed) {
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off("drain", go).off("close", go);
        resolve();
      };
      response.on("drain", go).on("close", go);
    });
  }
}

describe("an answer that a function has failed", () => {
  it.for(answers)(
    "counts when it is %s, until the message is a dead letter",
    async ([, respond, text]) => {
      const server = await host.serve((_, response) => respond(response));
      const runtime = await host.start([far("far/fn", server.url)]);
      await runtime.send(fn, int.of(1));
      const [letter] = await eventually(
        () => runtime.deadLetters.list(),
        ({ length }) => length > 0,
      );
      expect(letter).toMatchObject({ address: { typename: "far/fn", id: "1" }, attempts: 3 });
      expect(letter?.error.message).toMatch(text);
      expect(server.seen).toHaveLength(3);
      expect(server.seen.map(({ path }) => path)).toEqual(["/", "/", "/"]);
    },
  );

  it("has the code of a handler that threw, and one of ours where the answer is nonsense", async () => {
    const server = await host.serve(({ batch }, response) => {
      if (batch.target.id === "throws") response.writeHead(500).end();
      else response.writeHead(200, octets).end("\u0001");
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(address("far/fn", "throws"), int.of(1));
    await runtime.send(address("far/fn", "babbles"), int.of(1));
    const letters = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length === 2,
    );
    const codes = Object.fromEntries(letters.map((one) => [one.address.id, one.error.code]));
    expect(codes).toEqual({ throws: "failed", babbles: "malformed_request" });
  });

  it("finds the one message of a batch that it is about, and the others run once each", async () => {
    let release = () => {};
    const first = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done: number[] = [];
    const server = await host.serve(async ({ batch }, response) => {
      if (server.seen.length === 1) await first;
      const numbers = numbersOf(batch);
      if (numbers.includes(5)) response.writeHead(500).end();
      else {
        done.push(...numbers);
        answer(response);
      }
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    for (let n = 0; n < 10; n++) await runtime.send(fn, int.of(n));
    release();
    await eventually(
      () => done.length,
      (count) => count === 9,
    );
    expect(done).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9]);
    const batches = server.seen.map(({ batch }) => numbersOf(batch));
    // One failure of the batch, then one by one: 5 has all its attempts, and the rest of the batch stays alone.
    expect(batches).toEqual([
      [0],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      ...[1, 2, 3, 4, 5, 5, 5, 6, 7, 8, 9].map((n) => [n]),
    ]);
    expect(await letterOf(runtime)).toMatchObject({ attempts: 3 });
  });

  it("comes after an attempt that was retried: what failed before leaves nothing behind", async () => {
    let count = 0;
    const server = await host.serve((_, response) => {
      if (++count < 3) response.writeHead(500).end();
      else answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(fn, int.of(1));
    await eventually(
      () => count,
      (value) => value === 3,
    );
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
    expect((await runtime.instance(fn)).mailbox).toEqual([]);
  });
});

function numbersOf(batch: {
  invocations: readonly { argument: { bytes: Uint8Array | undefined } }[];
}) {
  return batch.invocations.map(({ argument }) => int.decode(argument.bytes ?? new Uint8Array()));
}

async function letterOf(runtime: Runtime) {
  const [letter] = await runtime.deadLetters.list();
  return letter;
}
