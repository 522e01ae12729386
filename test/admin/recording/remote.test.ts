import { address, type Module, requestReplyHandler, StatefulFunctions, string } from "statefun";
import { serve } from "statefun/node";
import { createRuntime, memoryStore } from "statefun/runtime";
import { expect, it } from "vitest";
import { createGate } from "../../engine/support/gate.ts";
import { far } from "../../remote/support/hosted.ts";
import { type Answered, client, closing } from "../app.ts";

it("names all messages that ran together in one request to a remote function", async () => {
  const there = new StatefulFunctions();
  const gate = createGate();
  there.bind("far/fn", { accepts: string }, async (context, text) => {
    if (text === "first") await gate.pass();
    context.send(address("near/fn", text), string.of(text));
  });
  const endpoint = await serve({ fetch: requestReplyHandler(there), port: 0 });
  closing(() => endpoint.close());
  const here = new StatefulFunctions();
  here.bind("near/fn", { accepts: string }, () => {});
  const runtime = await createRuntime({
    modules: [
      here,
      // It wants nothing of `env`.
      far(["far/*"], `http://127.0.0.1:${endpoint.port}/`) as Module,
    ],
    store: memoryStore(),
    http: { admin: { authenticate: "none" } },
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closing(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });
  const { read } = client(`http://127.0.0.1:${server.port}`);
  await read("/admin/recording", { method: "POST" });
  for (const text of ["first", "second", "third"]) {
    await runtime.send(address("far/fn", "1"), string.of(text));
  }
  await expect.poll(() => gate.arrivals).toBe(1);
  gate.open();
  await runtime.idle();
  const messagesOf = async (query: string): Promise<Answered[]> =>
    (await read(`/admin/messages?${query}`)).messages.reverse();
  const [first, second, third] = await messagesOf("function=far/fn");
  expect([first, second, third]).toMatchObject(
    Array.from({ length: 3 }, () => ({
      outcome: "completed",
      attempts: 1,
      from: { kind: "client" },
    })),
  );
  const near = await messagesOf("function=near/fn");
  const causesOf = (id: string) => near.find(({ to }) => to.id === id).causes;
  expect(causesOf("first")).toEqual([first.number]);
  expect(causesOf("second")).toEqual([second.number, third.number]);
  expect(causesOf("third")).toEqual([second.number, third.number]);
  const { root, spans, isComplete } = await read(`/admin/messages/${near[1].number}`);
  expect([root, spans.length, isComplete]).toEqual([second.number, 4, true]);
});

it("counts no attempt while the endpoint is down: the message waits, and says for what", async () => {
  const here = new StatefulFunctions();
  const there = new StatefulFunctions();
  there.bind("far/fn", { accepts: string }, () => {});
  const first = await serve({ fetch: requestReplyHandler(there), port: 0 });
  const { port } = first;
  await first.close();
  const runtime = await createRuntime({
    modules: [here, far(["far/*"], `http://127.0.0.1:${port}/`) as Module],
    store: memoryStore(),
    onError: () => {},
    http: { admin: { authenticate: "none" } },
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closing(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });
  const { read } = client(`http://127.0.0.1:${server.port}`);
  await read("/admin/recording", { method: "POST" });
  for (const text of ["first", "second"])
    await runtime.send(address("far/fn", "1"), string.of(text));
  const spans = async (): Promise<Answered[]> => (await read("/admin/messages")).messages;
  const waiting = { outcome: "waiting", attempts: 0, error: { code: "unavailable" } };
  await expect.poll(spans).toMatchObject([waiting, waiting]);
  expect((await read("/admin/messages?is=failed")).messages).toEqual([]);
  const again = await serve({ fetch: requestReplyHandler(there), port });
  closing(() => again.close());
  await expect
    .poll(spans)
    .toMatchObject(Array.from({ length: 2 }, () => ({ outcome: "completed", attempts: 1 })));
});
