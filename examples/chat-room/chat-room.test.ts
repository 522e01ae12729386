import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "statefun/client";
import { sqliteStore } from "statefun/sqlite";
import { createTestRuntime } from "statefun/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startChat } from "./app.ts";
import { functions, lines, room } from "./functions.ts";

describe("a room", () => {
  it("gives its lines one order, and each room its own", async () => {
    const runtime = await createTestRuntime(functions, { rules: "flink" });
    for (const [id, text] of [
      ["lobby", "hi"],
      ["attic", "hello"],
      ["lobby", "again"],
    ] as const) {
      await runtime.send(room.at(id), { who: "zoe", text });
    }
    expect(runtime.emitted(lines).map(({ room, number, text }) => [room, number, text])).toEqual([
      ["lobby", 1, "hi"],
      ["attic", 1, "hello"],
      ["lobby", 2, "again"],
    ]);
  });

  it("refuses what is empty, too long, or too much", async () => {
    const runtime = await createTestRuntime(functions);
    const say = (text: string) => runtime.call(room.at("lobby"), { who: "zoe", text });
    for (const text of [" ", "x".repeat(501)]) {
      expect(await say(text)).toEqual({ number: 0, refused: "1 to 500 characters, please" });
    }
    for (const number of [1, 2, 3, 4, 5]) expect(await say("hi")).toEqual({ number });
    expect(await say("hi")).toEqual({ number: 5, refused: "not so fast, please" });
    expect(await runtime.call(room.at("lobby"), { who: "max", text: "me?" })).toEqual({
      number: 6,
    });
    await runtime.advance(10_000);
    expect(await say("hi")).toEqual({ number: 7 });
  });
});

describe("the chat over HTTP", () => {
  let folder: string;
  let chat: Awaited<ReturnType<typeof startChat>>;
  const start = async () => {
    chat = await startChat(sqliteStore(join(folder, "chat.db")), { port: 0 });
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "statefun-chat-"));
    await start();
  });
  afterEach(async () => {
    await chat.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const say = (text: string, idempotencyKey = text) =>
    createClient({ url: chat.url }).call(
      room.at("lobby"),
      { who: "zoe", text },
      { idempotencyKey },
    );

  it("has a page, which runs no script of anybody else", async () => {
    const answer = await fetch(chat.url);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await answer.text()).toContain("new EventSource(");
  });

  it("pushes each line to all readers, in order, and once", async () => {
    const readers = await Promise.all([listen(), listen()]);
    for (const text of ["one", "two", "two", "three"]) await say(text);
    for (const reader of readers) {
      expect(await reader.next(3)).toEqual(["1 one", "2 two", "3 three"]);
      await reader.close();
    }
  });

  it("goes on after a restart, behind the last line that a reader had", async () => {
    const reader = await listen();
    await say("before");
    await reader.next(1);
    await reader.close();
    await chat.close();
    await start();
    await say("after");
    const again = await listen(reader.lastId());
    expect(await again.next(1)).toEqual(["2 after"]);
    await again.close();
  });

  /** What an EventSource does. */
  async function listen(lastEventId?: string) {
    const ending = new AbortController();
    const headers = {
      accept: "text/event-stream",
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
    };
    const url = `${chat.url}/egresses/${lines.typename}`;
    const { body } = await fetch(url, { headers, signal: ending.signal });
    const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    let id = "";
    return {
      lastId: () => id,
      async next(count: number): Promise<string[]> {
        const found: string[] = [];
        while (found.length < count) {
          const end = text.indexOf("\n\n");
          if (end < 0) {
            const { value, done } = await reader.read();
            if (done) throw new Error("the stream has ended");
            text += value;
            continue;
          }
          const fields = text.slice(0, end).split("\n");
          text = text.slice(end + 2);
          const field = (name: string) =>
            fields.find((one) => one.startsWith(`${name}: `))?.slice(name.length + 2);
          const data = field("data");
          if (data === undefined) continue;
          id = field("id") ?? id;
          const { value } = JSON.parse(data);
          found.push(`${value.number} ${value.text}`);
        }
        return found;
      },
      async close() {
        ending.abort();
        await reader.closed.catch(() => {});
      },
    };
  }
});
