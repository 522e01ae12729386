import {
  deadLetterTo,
  type ErrorDetail,
  failedMessage,
  functionRef,
  type HandlerOptions,
  int,
  invocationHandler,
  requestReplyHandler,
  string,
} from "statefun";
import type { ProtocolCodec } from "statefun/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { messages, obedient } from "./support/obedient.ts";
import { type Batch, requestOf, run, wires, wireValue } from "./support/program.ts";

const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
const address = { typename: "test/fn", id: "1" };

async function reported(codec: ProtocolCodec, batch: Batch, options: HandlerOptions = {}) {
  const calls: { readonly error: unknown; readonly detail: ErrorDetail }[] = [];
  const onError = (error: unknown, detail: ErrorDetail) => void calls.push({ error, detail });
  const result = await run(codec, obedient(), batch, { ...options, onError }).catch(
    (error: unknown) => error,
  );
  return { calls, result };
}

describe.each(wires)("onError on wire $name", (codec) => {
  afterEach(() => void vi.restoreAllMocks());

  it("gets what a handler threw, once, with the address and the message's type", async () => {
    const { calls, result } = await reported(codec, {
      messages: messages("a", "fail b", "fail c"),
    });
    expect(calls).toEqual([
      { error: new RangeError("fail b"), detail: { address, messageTypename: string.typename } },
    ]);
    expect(result).toBe(calls[0]?.error);
  });

  it("gets each message that became a dead letter, though the batch goes on", async () => {
    const batch = { messages: [...messages("never a", "b", "never c"), wireValue(int, 1)] };
    const { calls, result } = await reported(codec, batch, { deadLetter });
    expect(result).toMatchObject({ kind: "completed" });
    expect(calls).toMatchObject([
      { error: { message: "never a" }, detail: { address, messageTypename: string.typename } },
      { error: { message: "never c" }, detail: { address, messageTypename: string.typename } },
      {
        error: { code: "message_undecodable" },
        detail: { address, messageTypename: int.typename },
      },
    ]);
  });

  it("gets an unknown function, with the address that was asked for", async () => {
    const target = { typename: "test/nobody", id: "7" };
    const { calls } = await reported(codec, { target, messages: messages("a") });
    expect(calls).toMatchObject([
      { error: { code: "unknown_function" }, detail: { address: target } },
    ]);
    expect(calls[0]?.detail).not.toHaveProperty("messageTypename");
  });

  it("gets a request that is none, of which nothing is known", async () => {
    const calls: unknown[][] = [];
    const handler = requestReplyHandler(obedient(), {
      protocol: codec.name,
      onError: (...call) => void calls.push(call),
    });
    const headers = { "content-type": "application/octet-stream" };
    await handler(new Request("http://fn/", { method: "POST", headers, body: "no request" }));
    expect(calls).toMatchObject([[{ code: "malformed_request" }, {}]]);
    expect(calls[0]?.[1]).toEqual({});
  });

  it("gets a response that is too large", async () => {
    const { calls } = await reported(codec, { messages: messages("a") }, { maxBodyBytes: 1 });
    expect(calls).toMatchObject([{ error: { code: "limit_exceeded" } }]);
  });

  it("gets nothing when all is well", async () => {
    const { calls } = await reported(codec, { messages: messages("a", "b") });
    expect(calls).toEqual([]);
    if (!codec.features.missingState) return;
    const target = { typename: "test/stateful", id: "1" };
    const incomplete = await reported(codec, { target, messages: messages("a") });
    expect(incomplete.result).toMatchObject({ kind: "incomplete" });
    expect(incomplete.calls).toEqual([]);
  });

  it("is console.error by default", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const handle = invocationHandler(obedient(), { protocol: codec.name });
    const request = requestOf(codec, { messages: messages("fail a") });
    await expect(handle(request)).rejects.toThrow("fail a");
    expect(log.mock.calls).toHaveLength(1);
    expect(log.mock.calls[0]).toContainEqual(new RangeError("fail a"));
  });
});
