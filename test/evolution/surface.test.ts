import { int, json, StatefulFunctions, shape, string, upgraded } from "statefun";
import { createRuntime } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";

const Name = json("demo/Name", shape<string>());
const Person = upgraded(json("demo/Person", z.strictObject({ name: z.string() })), {
  from: upgraded(Name, { from: int, upgrade: (n) => `number ${n}` }),
  upgrade: (name) => ({ name }),
});
const Same = upgraded(json("demo/Same", z.strictObject({ to: z.string() })), {
  from: json("demo/Same", z.string()),
  upgrade: (to) => ({ to }),
});

const seen: unknown[] = [];
const functions = new StatefulFunctions();
const person = functions.bind(
  "demo/person",
  { accepts: Person, replies: Person, state: { last: Person } },
  (context, one) => {
    seen.push(one);
    context.reply(one);
  },
);
const either = functions.bind("demo/either", { accepts: [Person, string] }, (_, message) => {
  seen.push([message.typename, message.value]);
});
functions.bind("demo/same", { accepts: Same }, (_, message) => void seen.push(message));
const relay = functions.bind("demo/relay", (context, message) => {
  context.send(either.at("1"), message as never);
});

let runtime: Awaited<ReturnType<typeof createRuntime>>;
beforeAll(async () => {
  runtime = await createRuntime({
    modules: functions,
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
    onError: () => {},
  });
});
afterAll(() => runtime.close());

const post = (path: string, body: string, headers: Record<string, string>) =>
  runtime.fetch(new Request(`http://x/functions/${path}`, { method: "POST", body, headers }));
const asJson = { "content-type": "application/json" };
const typed = (name: string) => ({ ...asJson, "statefun-type": name });

async function handled(response: Response): Promise<unknown> {
  expect([response.status, response.status < 300 ? "" : await response.text()]).toEqual([202, ""]);
  await runtime.idle();
  return seen.pop();
}

it("takes JSON of the new type, and of old ones by their names", async () => {
  const now = { name: "Ada" };
  expect(await handled(await post("demo/person/1", '{"name":"Ada"}', asJson))).toEqual(now);
  const old = await post("demo/person/1", '"Ada"', typed("demo/Name"));
  expect(await handled(old)).toEqual(now);
  const older = await post("demo/person/1", "7", typed(int.typename));
  expect(await handled(older)).toEqual({ name: "number 7" });
  const refused = await post("demo/person/1", '"Ada"', typed("demo/Other"));
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("accepts")]);
  const invalid = await post("demo/person/1", '"Ada"', asJson);
  expect(invalid.status).toBe(422);
});

it("takes the bytes of an old type", async () => {
  const headers = { "content-type": "application/octet-stream", "statefun-type": "demo/Name" };
  expect(await handled(await post("demo/person/1", '"Ada"', headers))).toEqual({ name: "Ada" });
});

it("takes both forms under one typename", async () => {
  expect(await handled(await post("demo/same/1", '{"to":"x"}', asJson))).toEqual({ to: "x" });
  expect(await handled(await post("demo/same/1", '"x"', asJson))).toEqual({ to: "x" });
  const refused = await post("demo/same/1", "5", asJson);
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining("nor can it be read by the type before"),
  ]);
});

it("tells a handler of several types the new name, and passes a message on as it came", async () => {
  await runtime.send(relay.at("1"), Name.of("Ada"));
  await runtime.idle();
  expect(seen.pop()).toEqual(["demo/Person", { name: "Ada" }]);
});

it("answers a call with the new type", async () => {
  expect(await runtime.call(person.at("1"), { name: "x" })).toEqual({ name: "x" });
  expect(seen.pop()).toEqual({ name: "x" });
});

it("is idempotent by what was sent", async () => {
  const key = { ...typed("demo/Name"), "idempotency-key": "k" };
  expect(await handled(await post("demo/person/1", '"Ada"', key))).toEqual({ name: "Ada" });
  const again = await post("demo/person/1", '"Ada"', key);
  expect(again.status).toBe(202);
  await runtime.idle();
  expect(seen).toEqual([]);
  const other = { ...asJson, "idempotency-key": "k" };
  expect((await post("demo/person/1", '{"name":"Ada"}', other)).status).toBe(409);
});
