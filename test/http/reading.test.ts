import { memoryStore } from "statefun/runtime";
import { describe, expect, it, vi } from "vitest";
import { asJson, credentials, wait } from "./client.ts";
import { startApplication } from "./start.ts";

const at = "http://localhost";
const stream = { headers: { ...credentials, accept: "text/event-stream" } };

it.each(["after=1&after=2", "limit=1&limit=1", "after=1&limit=1&%61fter=1"])(
  "refuses a parameter of a page that is there more than once: %s",
  async (query) => {
    const runtime = await startApplication({ store: memoryStore() });
    const url = `${at}/egresses/http/texts?${query}`;
    const message = expect.stringMatching(/^the parameter "\w+" is there more than once$/);
    for (const init of [{ headers: credentials }, stream]) {
      const response = await runtime.fetch(new Request(url, init));
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ error: { code: "invalid_argument", message } });
    }
    await runtime.close();
  },
);

describe("event streams", () => {
  it("say that they are there when nothing else comes, before a proxy ends them", async () => {
    const runtime = await startApplication({ store: memoryStore() });
    vi.useFakeTimers({ toFake: ["setInterval", "setTimeout", "clearTimeout", "clearInterval"] });
    try {
      const response = await runtime.fetch(new Request(`${at}/egresses/http/texts`, stream));
      const reader = response.body?.getReader();
      // At once, or a reader would not know on every platform that it is in.
      const { value: first } = (await reader?.read()) ?? {};
      expect(new TextDecoder().decode(first)).toMatch(/^:[^\n]*\n\n$/);
      for (let beat = 0; beat < 3; beat++) {
        let isOver = false;
        const read = reader?.read().finally(() => {
          isOver = true;
        });
        await vi.advanceTimersByTimeAsync(10_000);
        expect(isOver).toBe(false);
        await vi.advanceTimersByTimeAsync(20_000);
        const { value } = (await read) ?? {};
        // A comment, which a reader of events drops.
        expect(new TextDecoder().decode(value)).toMatch(/^:[^\n]*\n\n$/);
      }
      await reader?.cancel();
    } finally {
      vi.useRealTimers();
    }
    await runtime.close();
  });

  it("read nothing that nobody asks for", async () => {
    const runtime = await startApplication({ store: memoryStore() });
    const send = (value: string) =>
      runtime.fetch(
        new Request(`${at}/functions/http/large/1`, {
          method: "POST",
          headers: {
            ...credentials,
            ...asJson,
            ...wait(20),
            "statefun-type": "io.statefun.types/int",
          },
          body: value,
        }),
      );
    for (let count = 0; count < 60; count++) await send("90000");
    const response = await runtime.fetch(new Request(`${at}/egresses/http/texts`, stream));
    const reader = response.body?.getReader();
    await reader?.read();
    const { value } = (await reader?.read()) ?? {};
    // A page ends where it becomes large, though a hundred small records would fit.
    expect(value?.length).toBeGreaterThan(60_000);
    expect(value?.length).toBeLessThan(2_000_000);
    await reader?.cancel();
    await runtime.close();
  });
});

describe("pages", () => {
  it("end where they become large, and `next` goes on", async () => {
    const limits = { maxMailbox: 1_000, maxMessageBytes: 1_000_000 };
    const runtime = await startApplication({ store: memoryStore(), limits });
    const read = async (after: string) => {
      const url = `${at}/egresses/http/texts?limit=1000&after=${after}`;
      return (await runtime.fetch(new Request(url, { headers: credentials }))).json();
    };
    for (let count = 0; count < 30; count++) {
      await runtime.fetch(
        new Request(`${at}/functions/http/large/1`, {
          method: "POST",
          headers: {
            ...credentials,
            ...asJson,
            ...wait(20),
            "statefun-type": "io.statefun.types/int",
          },
          body: "900000",
        }),
      );
    }
    const sizes: number[] = [];
    for (let after = "0"; ; ) {
      const { records, next } = await read(after);
      if (records.length === 0) break;
      sizes.push(records.length);
      after = next;
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(30);
    expect(Math.max(...sizes)).toBeLessThan(20);
    await runtime.close();
  });
});
