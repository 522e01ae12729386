import { int, StatefulFunctions, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";

const functions = new StatefulFunctions();
const counter = functions.bind(
  "demo/counter",
  { accepts: string, state: { seen: { type: int, initial: 0 } } },
  (context, text) => {
    if (text === "later") context.sendAfter(60_000, counter.at(context.self.id), "now");
    context.state.seen += 1;
  },
);

// biome-ignore lint/suspicious/noExplicitAny: JSON, of which each test says what it expects.
async function read(fetch: (request: Request) => Promise<Response>, path: string): Promise<any> {
  const response = await fetch(new Request(`http://test${path}`));
  expect(response.status).toBe(200);
  return response.json();
}

it("shows operators a test, with its counters, on the clock of the test", async () => {
  const startMs = 1_700_000_000_000;
  const http = { admin: { authenticate: "none" } } as const;
  await using runtime = await createTestRuntime(functions, { startMs, http });
  await runtime.send(counter.at("zoe"), "later");
  const { timers } = await read(runtime.fetch, "/admin/timers?function=demo/counter");
  expect(timers).toMatchObject([{ atMs: startMs + 60_000 }]);
  await runtime.advance(60_000);
  const overview = await read(runtime.fetch, "/admin/overview");
  expect(overview.totals).toMatchObject({ startedAtMs: startMs });
  const { functions: listed } = await read(runtime.fetch, "/admin/functions");
  expect(listed).toMatchObject([{ typename: "demo/counter", figures: { completed: 2 } }]);
  const { unsupported } = await read(runtime.fetch, "/admin/me");
  expect(unsupported).toEqual({ recording: expect.stringContaining("nothing is recorded") });
});

it("counts on through crashes, and reports no error of its own", async () => {
  const errors: unknown[] = [];
  const http = { admin: { authenticate: "none" } } as const;
  const onError = (error: unknown): void => void errors.push(error);
  const crashes = { seed: 7, crashProbability: 0.3 };
  await using runtime = await createTestRuntime(functions, { ...crashes, http, onError });
  for (let count = 0; count < 30; count++) await runtime.send(counter.at("zoe"), "now");
  await runtime.advance(5_000);
  const { functions: rates } = await read(runtime.fetch, "/admin/rates");
  const sum = (all: readonly (number | null)[]) => all.reduce<number>((a, b) => a + (b ?? 0), 0);
  // What a crash took back is handled again.
  expect(sum(rates["demo/counter"].handled)).toBeGreaterThanOrEqual(30);
  expect(errors).toEqual([]);
});

it("serves nothing but health unless a test says so, and checks what it says", async () => {
  await using runtime = await createTestRuntime(functions);
  for (const path of ["/admin/me", "/admin/console/", "/functions/demo/counter/zoe"]) {
    expect((await runtime.fetch(new Request(`http://test${path}`))).status).toBe(404);
  }
  const http = { admin: {} } as never;
  await expect(createTestRuntime(functions, { http })).rejects.toThrow("http.admin.authenticate");
  const misspelt = { admni: {} } as never;
  await expect(createTestRuntime(functions, { http: misspelt })).rejects.toThrow('no "admni"');
});
