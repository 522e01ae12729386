import { Agent, get } from "node:http";
import { serve } from "statefun/node";
import { expect, it } from "vitest";

const hello = () => new Response("hello");

it("leaves the globals of the process as they are", async () => {
  const before = [Request, Response, Headers, globalThis.fetch];
  const server = await serve({ port: 0, fetch: hello });
  try {
    expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe("hello");
    expect([Request, Response, Headers, globalThis.fetch]).toEqual(before);
  } finally {
    await server.close();
  }
});

it("refuses what is no port and no handler, naming it", async () => {
  // @ts-expect-error a handler is a function
  await expect(serve({ fetch: "hello" })).rejects.toThrow(/fetch must be a function, got "hello"/);
  await expect(serve({ port: 70_000, fetch: hello })).rejects.toThrow(/port .*65535, got 70000/);
});

it("closes soon after the last answer, although its connection is kept", async () => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const server = await serve({
    port: 0,
    fetch: async () => {
      arrive();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return new Response("late");
    },
  });
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<string>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port: server.port, agent }, (response) => {
      response.setEncoding("utf8").once("data", resolve);
    });
    request.once("error", reject);
  });
  await arrived;
  const closed = server.close();
  expect(await answered).toBe("late");
  // Far from the 75 s for which the connection would be kept; vitest's own limit is 30 s.
  await closed;
  agent.destroy();
});
