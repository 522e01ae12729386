import { functionRef, json, type StandardSchemaV1, StatefulFunctions, shape } from "statefun";
import { createClient } from "statefun/client";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { far, hosted } from "../remote/support/hosted.ts";
import { answer } from "../remote/support/raw-server.ts";

const host = hosted();
const Free = json("test/Free", shape<unknown>());
const http = { expose: "all", authenticate: "none" } as const;

function post(runtime: Runtime, path: string, body: string, headers: Record<string, string> = {}) {
  const all = { "content-type": "application/json", ...headers };
  return runtime.fetch(
    new Request(`http://app/functions/${path}`, { method: "POST", headers: all, body }),
  );
}

/** Texts that JavaScript would write in another way. */
const texts = [
  "12345678901234567890",
  "9007199254740993",
  "1e400",
  "-0",
  '{"x":1,"x":2}',
  "0.1000000000000000055511151231257827021181583404541015625",
  ' { "b" : 1.0,\n "1": 1E2 } ',
  '"\\u00e9\\ud83d\\ude42\\/"',
  '{"__proto__":{"a":1e0}}',
];

describe("JSON that is posted", () => {
  it.each(texts)("reaches a function elsewhere as it came: %s", async (text) => {
    const server = await host.serve((_, response) => answer(response));
    const ref = functionRef("far/fn", Free);
    const runtime = await host.start([far([ref], server.url)], { http });
    expect((await post(runtime, "far/fn/1", text)).status).toBe(202);
    await runtime.idle();
    const argument = server.seen.at(-1)?.batch.invocations[0]?.argument;
    expect(argument?.typename).toBe("test/Free");
    expect(new TextDecoder().decode(argument?.bytes)).toBe(text);
  });

  it.each(texts)("is sent on by a function here as it came: %s", async (text) => {
    const functions = new StatefulFunctions();
    functions.bind("test/echo", { accepts: [Free], replies: [Free] }, (context, message) => {
      context.reply(message);
    });
    const runtime = await host.start([functions], { http });
    const response = await post(runtime, "test/echo/1", text, { prefer: "wait=5" });
    expect(await response.text()).toBe(text);
  });

  it("is a dead letter and its replay as it came", async () => {
    const functions = new StatefulFunctions();
    const seen: string[] = [];
    functions.bind("test/late", (_context, message) => {
      seen.push(new TextDecoder().decode(message.bytes));
      if (seen.length === 1) Free.encode(new Date());
    });
    const runtime = await host.start([functions], { http });
    const [text = ""] = texts;
    await post(runtime, "test/late/1", text, { "statefun-type": "test/Free" });
    await runtime.idle();
    const [letter] = await runtime.deadLetters.list();
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    expect(seen).toEqual([text, text]);
  });

  it("is another message when its key comes again with another spelling", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/free", { accepts: Free }, () => undefined);
    const runtime = await host.start([functions], { http });
    const key = { "idempotency-key": "k" };
    const status = async (body: string) => (await post(runtime, "test/free/1", body, key)).status;
    expect(await status('{"a":1}')).toBe(202);
    expect(await status('{"a":1}')).toBe(202);
    expect(await status('{ "a": 1 }')).toBe(409);
  });

  it("is checked once on its way in, and once where it is handled", async () => {
    let checks = 0;
    const schema: StandardSchemaV1 = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) => {
          checks++;
          return { value };
        },
      },
    };
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: json("test/Checked", schema) }, () => undefined);
    const runtime = await host.start([functions], { http });
    await post(runtime, "test/fn/1", "{}");
    await runtime.idle();
    expect(checks).toBe(2);
  });

  it("is refused with the places of what is wrong, and without the whole of it", async () => {
    const User = json("test/User", z.object({ user: z.object({ name: z.string() }) }));
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/user", { accepts: User }, () => undefined);
    const runtime = await host.start([functions], { http });
    const body = '{"user":{"name":5}}';
    const said = "test/User: user.name: Invalid input: expected string, received number";
    const response = await post(runtime, "test/user/1", body);
    expect(response.status).toBe(422);
    const issues = [{ path: ["user", "name"], message: said.replace(/^.*name: /, "") }];
    const error = { code: "value_invalid", message: said, issues };
    expect(await response.json()).toEqual({ error });
    const headers = { "content-type": "application/octet-stream", "statefun-type": "test/User" };
    const octets = await post(runtime, "test/user/1", body, headers);
    expect(Object(await octets.json()).error.message).toContain("user.name: Invalid input");
    // The client checks before it sends.
    const client = createClient({ url: "http://app", fetch: runtime.fetch });
    await expect(client.send(ref.at("1"), JSON.parse(body))).rejects.toThrow(said);
  });
});
