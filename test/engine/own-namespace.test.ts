import {
  type Address,
  address,
  type Context,
  deadLetterTo,
  defineModule,
  egress,
  functionRef,
  keep,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { httpDelivery } from "statefun/http";
import { kafkaIngress } from "statefun/kafka-connector";
import { loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it, vi } from "vitest";
import { hosted, stores } from "./support/stores.ts";

const own = ["statefun/dead-letter", "statefun/egress", "statefun/anything"] as const;
const reserved = /the namespace statefun is reserved for the engine/;

const brokers = { brokers: "127.0.0.1:1", topics: ["t"], consumerGroup: "g", value: string };

/** Ways to give such a name to a part of a program. */
const names: readonly (readonly [string, (name: `${string}/${string}`) => unknown])[] = [
  ["bind", (name) => new StatefulFunctions().bind(name, () => {})],
  ["functionRef", (name) => functionRef(name, string)],
  ["egress", (name) => egress(name, string)],
  ["keep", (name) => keep(name)],
  ["kafkaIngress", (name) => kafkaIngress(name, { ...brokers, targets: [target] })],
  [
    "the targets of an ingress",
    // Made by hand, as of another copy of the package.
    (name) => kafkaIngress("a/b", { ...brokers, targets: [{ ...target, typename: name }] }),
  ],
  [
    "the egresses of a runtime",
    (name) => createRuntime({ modules: [], egresses: { [name]() {} } }),
  ],
  ["an endpoint", (name) => createRuntime({ modules: [elsewhere(name)] })],
];
const target = functionRef("a/b", string);

const elsewhere = (name: string) =>
  defineModule({
    name: "far",
    endpoints: [{ functions: [name as `${string}/*`], urlPathTemplate: "http://127.0.0.1:1/" }],
  });

/** Ways to name such an address. */
const addresses: readonly (readonly [string, (name: `${string}/${string}`) => unknown])[] = [
  ["address", (name) => address(name, "")],
  ["deadLetterTo", (name) => deadLetterTo({ typename: name, id: "" })],
  [
    "the dead letters of a handler",
    (name) =>
      requestReplyHandler(new StatefulFunctions(), { deadLetter: deadLetterTo(byHand(name)) }),
  ],
];

const byHand = (typename: string): Address => ({ typename, id: "" });

describe("the namespace statefun", () => {
  it.each(names)("is refused as a name by %s", async (_, name) => {
    for (const typename of [...own, "statefun/ingress", "statefun/*"] as const) {
      const given = async () => name(typename);
      await expect(given()).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringMatching(reserved),
      });
    }
  });

  it.each(addresses)("is refused as an address by %s, callers excepted", (_, name) => {
    for (const typename of own) expect(() => name(typename)).toThrow(reserved);
    expect(() => name("statefun/ingress")).not.toThrow();
  });

  it.each([
    [
      "a function",
      "kind: io.statefun.endpoints.v2/http\nspec: { functions: NAME, urlPathTemplate: 'http://h/' }",
    ],
    [
      "a namespace",
      "kind: io.statefun.endpoints.v2/http\nspec: { functions: statefun/*, urlPathTemplate: 'http://h/' }",
    ],
    [
      "an egress",
      "kind: io.statefun.kafka.v1/egress\nspec: { id: NAME, address: 'h:1', deliverySemantic: { type: none } }",
    ],
    [
      "a target",
      "kind: io.statefun.kafka.v1/ingress\nspec: { id: a/b, address: 'h:1', consumerGroupId: g, topics: [{ topic: t, valueType: c/d, targets: [NAME] }] }",
    ],
  ])("is refused in a module file as %s", async (_, text) => {
    for (const name of [...own, "statefun/ingress"]) {
      const loaded = loadModule(text.replace("NAME", name), { onWarning: () => {} });
      await expect(loaded).rejects.toMatchObject({
        code: "module_invalid",
        message: expect.stringMatching(/a name outside the namespace statefun/),
      });
    }
  });

  it("is refused as an egress that is posted to", () => {
    expect(() => httpDelivery(egress("statefun/egress"), { url: "http://h/" })).toThrow(reserved);
  });
});

const dossiers = [
  "{}",
  "[]",
  "5",
  "null",
  JSON.stringify({
    target: { typename: "test/hidden", id: "1" },
    code: "failed",
    reason: "",
    attempts: 1,
    failedAt: 1,
  }),
  JSON.stringify({ target: 1, code: {}, reason: [], attempts: "x", failedAt: null }),
];

type Effect = (context: Pick<Context, "send" | "sendAfter">, to: Address, dossier: string) => void;

/** What a function does with an address that it got from a message. */
const effects: readonly (readonly [string, Effect])[] = [
  ["send", (context, to, dossier) => context.send(to, string.of(""), headers(dossier))],
  [
    "sendAfter",
    (context, to, dossier) => context.sendAfter(1, to, string.of(""), headers(dossier)),
  ],
];
const headers = (dossier: string) => ({ headers: { "statefun/dead-letter": dossier } });

describe.each(stores)("own addresses on $name", (store) => {
  const host = hosted(store);

  describe.each(effects)("are not reached by %s", (_, effect) => {
    it.each(dossiers)("with %s", async (dossier) => {
      const functions = new StatefulFunctions();
      const replier = functions.bind(
        "test/replier",
        { accepts: string, retry: { maxAttempts: 1 } },
        async (context, text) => {
          await Promise.resolve();
          effect(context, byHand(text), dossier);
        },
      );
      const hidden: string[] = [];
      functions.bind("test/hidden", (_context, message) => void hidden.push(message.typename));
      const out = keep(egress("demo/out", string));
      const runtime = await host.start(functions, { egresses: [out] });
      for (const name of own) await runtime.send(replier.at(name), name);
      await runtime.idle();
      const letters = await runtime.deadLetters.list();
      expect(letters.map(({ address: { typename }, error }) => [typename, error.code])).toEqual(
        own.map(() => ["test/replier", "invalid_argument"]),
      );
      for (const { id } of letters) await runtime.deadLetters.replay(id);
      await runtime.idle();
      expect(hidden).toEqual([]);
      await runtime.send(replier.at("more"), "test/hidden");
      await vi.waitFor(() => expect(hidden).toHaveLength(1));
    });
  });

  it("are not reached from outside, nor are those of callers", async () => {
    const runtime = await host.start(new StatefulFunctions());
    for (const typename of [...own, "statefun/ingress"]) {
      const to = { typename, id: "x" } as Address;
      await expect(runtime.send(to, string.of(""))).rejects.toMatchObject({
        code: expect.stringMatching(/unknown_function|invalid_argument/),
      });
      const answer = await runtime.fetch(
        new Request(`http://127.0.0.1/functions/${typename}/x`, { method: "POST", body: "x" }),
      );
      expect(answer.status).toBe(404);
    }
  });
});
