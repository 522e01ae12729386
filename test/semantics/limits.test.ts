import {
  bytes,
  deadLetterTo,
  failedMessage,
  functionRef,
  type HandlerOptions,
  NonRetryableError,
  requestReplyHandler,
  StateFunError,
  StatefulFunctions,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";
import type { ProtocolCodec } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, requestOf, wires, wireValue } from "./support/program.ts";
import { elsewhere, texts } from "./support/texts.ts";

const blob = bytes("test/blob");
const message = wireValue(string, "go");
const ofSize = (size: number) => blob.of(new Uint8Array(size));

async function answer(
  codec: ProtocolCodec,
  functions: StatefulFunctions,
  options: HandlerOptions,
  batch: Parameters<typeof requestOf>[1] = { messages: [message] },
): Promise<{ status: number; line: string }> {
  const handler = requestReplyHandler(functions, {
    protocol: codec.name,
    onError: () => {},
    ...options,
  });
  const headers = { "content-type": "application/octet-stream" };
  const body = requestOf(codec, batch);
  const response = await handler(new Request("http://fn/", { method: "POST", headers, body }));
  return { status: response.status, line: (await response.text()).trimEnd() };
}

describe.each(wires)("maxMessageBytes on wire $name", (codec) => {
  const limits = { maxMessageBytes: 20 };
  const ways: readonly (readonly [string, (size: number) => StatefulFunctions])[] = [
    ["send", (size) => bound((context) => context.send(elsewhere, ofSize(size)))],
    ["sendAfter", (size) => bound((context) => context.sendAfter(1, elsewhere, ofSize(size)))],
    ["reply", (size) => bound((context) => context.reply(ofSize(size) as never))],
    ["emit", (size) => bound((context) => context.emit(texts, "x".repeat(size - 2)))],
    [
      "emit to Kafka",
      (size) =>
        bound((context) =>
          context.emit(kafkaEgress("a/b"), { topic: "t", value: new Uint8Array(size - 5) }),
        ),
    ],
  ];
  const batch = { caller: { typename: "test/caller", id: "c" }, messages: [message] };

  it.each(ways)("holds for %s, to the byte, with names and all", async (_way, functionsOf) => {
    const refused = async (maxMessageBytes: number): Promise<number> => {
      const work = complete(codec, functionsOf(20), batch, { limits: { maxMessageBytes } });
      const { message: text } = await failure(work, "limit_exceeded");
      expect(text).toContain(`more than maxMessageBytes (${maxMessageBytes})`);
      return Number(/has (\d+) bytes/.exec(text)?.[1]);
    };
    const size = await refused(1);
    expect(size).toBeGreaterThan(20 + "a/b".length);
    expect(await refused(size - 1)).toBe(size);
    await complete(codec, functionsOf(20), batch, { limits: { maxMessageBytes: size } });
  });

  it("is a 500 for the function that exceeds it, and no 413 for the request", async () => {
    const functions = bound((context) => context.send(elsewhere, ofSize(21)));
    expect(await answer(codec, functions, { limits })).toEqual({
      status: 500,
      line: "limit_exceeded",
    });
  });

  it("holds for a dead letter", async () => {
    const functions = bound(() => {
      throw new NonRetryableError("no");
    });
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const work = complete(codec, functions, batch, { limits, deadLetter });
    await failure(work, "limit_exceeded");
  });
});

describe.each(wires)("maxBodyBytes on wire $name", (codec) => {
  const functions = bound((context) => {
    for (let count = 0; count < 10; count++) context.send(elsewhere, ofSize(100));
  });

  it("fails a response over it with its size, as a 500", async () => {
    const work = complete(codec, functions, { messages: [message] }, { maxBodyBytes: 1_000 });
    const error = await failure(work, "limit_exceeded");
    expect(error.message).toMatch(/response of \d{4} bytes.*maxBodyBytes \(1000\)/);
    expect(await answer(codec, functions, { maxBodyBytes: 1_000 })).toEqual({
      status: 500,
      line: "limit_exceeded",
    });
  });

  it("refuses a request over it before a function runs, as a 413", async () => {
    let ran = false;
    const small = bound(() => {
      ran = true;
    });
    const batch = { messages: [wireValue(blob, new Uint8Array(1_000))] };
    await failure(complete(codec, small, batch, { maxBodyBytes: 1_000 }), "limit_exceeded");
    const { status, line } = await answer(codec, small, { maxBodyBytes: 1_000 }, batch);
    expect(status).toBe(413);
    expect(line).toMatch(/^limit_exceeded.*maxBodyBytes/);
    expect(ran).toBe(false);
  });

  it("is the limit of a message and of a state where no other is given", async () => {
    const options = { maxBodyBytes: 1_000 };
    const large = bound((context) => context.send(elsewhere, ofSize(1_001)));
    const work = complete(codec, large, { messages: [message] }, options);
    expect((await failure(work, "limit_exceeded")).message).toContain("maxMessageBytes (1000)");
  });
});

describe.each(wires)("whatever is thrown on wire $name", (codec) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["an object without a prototype", Object.create(null)],
    ["a symbol", Symbol("s")],
    ["an object that throws when it is looked at", proxy],
  ])("is a 500, without a rejection: %s", async (_what, thrown) => {
    const functions = bound(() => {
      throw thrown;
    });
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    for (const options of [{}, { deadLetter }]) {
      expect(await answer(codec, functions, options)).toEqual({ status: 500, line: "failed" });
    }
  });
});

describe.each(wires)("an error that user code made with a code of ours on wire $name", (codec) => {
  it.each(["malformed_request", "unauthenticated", "limit_exceeded"] as const)(
    "is a 500: %s",
    async (code) => {
      const functions = bound(() => {
        throw new StateFunError(code, "user code says so");
      });
      expect(await answer(codec, functions, {})).toEqual({ status: 500, line: code });
    },
  );
});

function bound(handle: Parameters<InstanceType<typeof StatefulFunctions>["bind"]>[1]) {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", handle as never);
  return functions;
}
