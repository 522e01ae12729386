import { type Address, functionRef, int, string } from "statefun";
import { type Client, createClient } from "statefun/client";
import { createRuntime } from "statefun/runtime";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  blob,
  counter,
  credentials,
  echo,
  failing,
  mirror,
  Note,
  odd,
  silent,
  slow,
  started,
  unexposed,
} from "./application.ts";
import { rejection } from "./support.ts";

describe("a client of a server", () => {
  it("sends, and calls for a typed reply", async () => {
    const { client, runtime } = await started();
    const receipt = await client.send(counter.at("a"), 2);
    expect(receipt).toEqual({ id: expect.any(String), duplicate: false });
    const total = await client.call(counter.at("a"), 3);
    expectTypeOf(total).toEqualTypeOf<number>();
    expect(total).toBe(5);
    expect((await runtime.instance(counter.at("a"))).state.total).toBe(5);
  });

  it("gets every kind of reply as the function gave it", async () => {
    const { client } = await started();
    const bytes = Uint8Array.of(0, 255, 10, 13);
    const messages = [
      string.of("\ufeffé 🙂 \0"),
      string.of(""),
      int.of(-7),
      Note.of({ text: "é" }),
      blob.of(bytes),
    ];
    const replies: unknown[] = [];
    for (const message of messages) replies.push((await client.call(echo.at("1"), message)).value);
    expect(replies).toEqual(["\ufeffé 🙂 \0", "", -7, { text: "é" }, bytes]);
    expect(await client.call(echo.at("1"), int.of(3), { reply: int })).toBe(3);
  });

  it("repeats a message by its key", async () => {
    const { client } = await started();
    const key = { idempotencyKey: 'é 🙂, "k"' };
    const first = await client.send(counter.at("k"), 1, key);
    expect(await client.send(counter.at("k"), 1, key)).toEqual({ id: first.id, duplicate: true });
    const called = { idempotencyKey: "call" };
    expect(await client.call(counter.at("k"), 1, called)).toBe(2);
    expect(await client.call(counter.at("k"), 1, called)).toBe(2);
  });

  it("sends later", async () => {
    const { client } = await started();
    await client.send(counter.at("later"), 1, { delayMs: 1_500 });
    expect(await client.call(counter.at("later"), 0)).toBe(0);
    await expect.poll(() => client.call(counter.at("later"), 0)).toBe(1);
  });

  it.each(["", "a/b", "100%", "%2F", "é 🙂", "\0", "...", "a?b#c", "__proto__", " ", "\\"])(
    "reaches the id %j",
    async (id) => {
      const { client } = await started();
      expect(await client.call(mirror.at(id), "x")).toMatchObject({ id });
    },
  );

  it("carries headers, with any name", async () => {
    const { client } = await started();
    const headers = { tenant: "é 🙂", "Upper Case": "1", traceparent: "00-1", "100%": "" };
    const reply = await client.call(mirror.at("1"), "x", { headers });
    expect(reply.headers.sort()).toEqual(Object.entries(headers).sort());
  });

  it("goes straight to the fetch of a runtime, at any base path", async () => {
    const { runtime } = await started();
    const client = createClient({
      url: "http://nowhere",
      fetch: runtime.fetch,
      headers: credentials,
    });
    expect(await client.call(counter.at("1"), 1)).toBe(1);
    const based = await createRuntime({
      modules: [],
      http: { basePath: "/a/b" },
    });
    const other = createClient({ url: "http://nowhere/a/b/", fetch: based.fetch });
    expect(await rejection(other.send(counter.at("1"), 1))).toMatchObject({
      code: "unknown_function",
    });
    await based.close();
  });
});

describe("a client learns from the code of the rejection", () => {
  it.each(["send", "call"] as const)("what is refused of a %s", async (verb) => {
    const { client, url } = await started({}, { maxMessageBytes: 1_000 });
    const stranger = createClient({ url });
    const code = async (by: Client, to: Address<never>, message: unknown, options = {}) =>
      (await rejection(by[verb as "send"](to, message as never, options))).code;
    expect(await code(stranger, counter.at("1"), 1)).toBe("unauthenticated");
    expect(await code(client, unexposed.at("1"), "x")).toBe("unknown_function");
    const nobody = functionRef("nobody/knows", string);
    expect(await code(client, nobody.at("1"), "x")).toBe("unknown_function");
    const large = blob.of(new Uint8Array(1_001));
    expect(await code(client, echo.at("1"), large)).toBe("limit_exceeded");
    const other = functionRef("client/counter", string);
    expect(await code(client, other.at("1"), "x")).toBe("invalid_argument");
    const key = { idempotencyKey: "k" };
    await client[verb as "send"](counter.at("c"), 1, key);
    expect(await code(client, counter.at("c"), 2, key)).toBe("idempotency_conflict");
  });

  it("a reply that cannot come, of a message that was handled", async () => {
    const { client, runtime } = await started();
    const line = await rejection(client.call(odd.at("1"), "a\nb", { idempotencyKey: "1" }));
    expect(line.code).toBe("unsupported_by_wire");
    expect(line.text).toMatch(
      /^the message was handled, do not send it again: .* got "client\/a\\nb"$/,
    );
    const reply = { reply: string };
    const there = await rejection(client.call(odd.at("1"), "broken", reply));
    const here = await rejection(runtime.call(odd.at("1"), "broken", reply));
    expect(there).toMatchObject({ code: here.code, text: here.text });
  });

  it("a full mailbox", async () => {
    const { client } = await started({}, { maxMailbox: 1 });
    const sends = Array.from({ length: 5 }, () =>
      rejection(client.send(slow.at("1"), 400)).catch(() => ({ code: undefined })),
    );
    const codes = (await Promise.all(sends)).map(({ code }) => code);
    expect(codes).toContain("mailbox_full");
    expect(new Set(codes)).toEqual(new Set([undefined, "mailbox_full"]));
  });

  it("a runtime that closes", async () => {
    const { client, runtime } = await started();
    await runtime.close();
    expect(await rejection(client.send(counter.at("1"), 1))).toMatchObject({ code: "draining" });
    expect(await rejection(client.call(counter.at("1"), 1))).toMatchObject({ code: "draining" });
  });

  it("no reply in time", async () => {
    const { client } = await started();
    const late = client.call(silent.at("1"), "x", { timeoutMs: 50 });
    expect(await rejection(late)).toMatchObject({ code: "call_timeout" });
  });

  it("a dead letter, with the code of its own error as the cause", async () => {
    const { client } = await started();
    expect(await rejection(client.call(failing.at("1"), "x"))).toMatchObject({
      code: "dead_letter",
      cause: { code: "non_retryable", message: "the runtime gave no reason" },
    });
  });

  it("a dead letter, with its own error as the cause, as in process, where it is said", async () => {
    const { client, runtime } = await started({}, {}, { errorDetail: "full" });
    const cause = { code: "non_retryable", message: "it can never be" };
    const far = await rejection(client.call(failing.at("1"), "x"));
    const near = await rejection(runtime.call(failing.at("1"), "x"));
    expect(far).toMatchObject({ code: "dead_letter", cause });
    expect(far).toEqual(near);
  });

  it("a reply of another type", async () => {
    const { client } = await started();
    const other = functionRef("client/counter", int, { replies: string }).at("1");
    expect(await rejection(client.call(other, 1))).toMatchObject({ code: "message_undecodable" });
    const named = client.call(counter.at("1"), 1, { reply: string });
    expect(await rejection(named)).toMatchObject({ code: "message_undecodable" });
  });
});
