import { connect } from "node:net";
import { serve } from "statefun/node";
import { memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { http } from "./app.ts";
import { startApplication } from "./start.ts";

const rounds = 50;

async function started(way: string) {
  const store = memoryStore();
  const runtime = await startApplication({ store, http: { ...http, authenticate: "none" } });
  // Its parts are loaded when it is first asked.
  await runtime.fetch(new Request("http://localhost/health"));
  const wrapped = (request: Request) => runtime.fetch(request);
  const server = await serve({ fetch: way === "direct" ? runtime.fetch : wrapped, port: 0 });
  const close = async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  };
  return { runtime, port: server.port, close };
}

/** Everything that the server writes, until there is enough of it or it ends. */
function answers(port: number, text: string, enough: number, half: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
      if ((answer.match(/HTTP\/1\.1 2/g) ?? []).length === enough && !half) socket.destroy();
    });
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    if (half) socket.end(text);
    else socket.write(text);
  });
}

const post = (id: string, headers: string, body: string) =>
  `POST /functions/http/counter/${id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const wait = "Prefer: wait=5\r\n";
const bodyOf = (amount: number) => JSON.stringify({ amount });
const usual = (id: string, amount: number) =>
  post(id, `${wait}Content-Length: ${bodyOf(amount).length}\r\n`, bodyOf(amount));
const chunked = (id: string, amount: number) =>
  post(id, `${wait}Transfer-Encoding: chunked\r\n`, `c\r\n${bodyOf(amount)}\r\n0\r\n\r\n`);

describe.each(["direct", "ordinary"])("on the %s way", (way) => {
  it.each([
    ["usual, chunked", usual, chunked],
    ["chunked, usual", chunked, usual],
    ["usual, usual", usual, usual],
  ] as const)("messages of one connection run in their order: %s", async (_, first, second) => {
    const { port, close } = await started(way);
    const seen = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const id = `i${round}`;
      const text = await answers(port, first(id, 1) + second(id, 7), 2, false);
      seen.add((text.match(/"total":\d+/g) ?? []).join(" "));
    }
    await close();
    expect([...seen]).toEqual(['"total":1 "total":8']);
  });

  it("a client that closes its half behind the request is answered", async () => {
    const { port, close } = await started(way);
    const body = bodyOf(1);
    let answered = 0;
    for (let round = 0; round < rounds; round++) {
      const text = post("half", `Content-Length: ${body.length}\r\n`, body);
      if ((await answers(port, text, 1, true)).startsWith("HTTP/1.1 202")) answered++;
    }
    await close();
    // What takes a turn of the event loop more finds the connection ended, on both ways.
    expect(answered).toBeGreaterThan(rounds * 0.8);
  });
});
