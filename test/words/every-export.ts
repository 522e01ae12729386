import fc from "fast-check";
import * as core from "statefun";
import * as client from "statefun/client";
import * as hono from "statefun/hono";
import * as http from "statefun/http";
import * as kafka from "statefun/kafka";
import * as connector from "statefun/kafka-connector";
import * as kinesis from "statefun/kinesis";
import * as modules from "statefun/module";
import * as node from "statefun/node";
import * as protobuf from "statefun/protobuf";
import * as protocol from "statefun/protocol";
import * as runtime from "statefun/runtime";
import * as testing from "statefun/testing";

type Call = (...args: unknown[]) => unknown;

export interface Subject {
  readonly name: string;
  readonly call: Call;
}

const { StatefulFunctions, string } = core;

/** What needs something to be called on. */
function methods(): Subject[] {
  const functions = new StatefulFunctions();
  const f = functions.bind("test/f", { accepts: string, replies: string }, () => {});
  const out = core.egress("test/out", string);
  const message = string.of("x");
  const own: [name: string, target: object, names: readonly string[]][] = [
    ["StatefulFunctions", new StatefulFunctions(), ["bind", "implement"]],
    ["a reference", f, ["at"]],
    ["an egress", out, ["to"]],
    ["a message", message, ["is", "as"]],
    ["headers", message.headers, ["get", "getAll", "getBytes", "has"]],
    ["a json type", core.json("test/J", core.shape()), ["encode", "decode", "of"]],
    ["a custom type", custom(), ["encode", "decode", "of"]],
    ["bytes", core.bytes("test/B"), ["encode", "decode", "of"]],
    ["a client", client.createClient({ url: "http://127.0.0.1:1" }), ["send", "call"]],
  ];
  const { bool, int, long, float, double, anyValue } = core;
  for (const type of [bool, int, long, float, double, string, anyValue]) {
    own.push([type.typename, type, ["encode", "decode", "of"]]);
  }
  for (const codec of [protocol.codecV2, protocol.codecV3]) {
    const names = ["decodeRequest", "encodeResponse", "encodeRequest", "decodeResponse"];
    own.push([`codec ${codec.name}`, codec, names]);
  }
  return own.flatMap(([name, target, names]) =>
    names.map((method) => ({
      name: `${method} of ${name}`,
      // Called on what it belongs to.
      call: (...args) => (target as Record<string, Call>)[method]?.(...args),
    })),
  );
}

function custom() {
  const encode = (text: string) => new TextEncoder().encode(text);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return core.customType<string>({ typename: "test/C", encode, decode });
}

/** Errors are made of anything, as `Error` is. */
const constructors = new Set(["StateFunError", "NonRetryableError"]);

/** Every function that the package exports, and every method of what it exports or makes. */
export function subjects(): Subject[] {
  const spaces = {
    core,
    client,
    hono,
    http,
    kafka,
    connector,
    kinesis,
    modules,
    node,
    protobuf,
    protocol,
    runtime,
    testing,
  };
  const exported = Object.values(spaces).flatMap((space) =>
    Object.entries(space).flatMap(([name, value]): Subject[] => {
      if (typeof value !== "function" || constructors.has(name)) return [];
      const isClass = /^class\b/.test(String(value));
      const call = isClass
        ? (...args: unknown[]) => Reflect.construct(value, args)
        : (...args: unknown[]) => Reflect.apply(value, undefined, args);
      return [{ name, call }];
    }),
  );
  return [...exported, ...methods()];
}

/** Values that somebody may give by mistake: of each kind of thing that the package knows, and of none. */
export function mistakes(): fc.Arbitrary<unknown> {
  const functions = new StatefulFunctions("own");
  const f = functions.bind("own/f", { accepts: string }, () => {});
  const given = [
    functions,
    StatefulFunctions,
    f,
    f.at("1"),
    core.egress("own/out", string),
    string,
    string.of("x"),
    runtime.memoryStore(),
    client.createClient({ url: "http://127.0.0.1:1" }),
    protocol.codecV3,
    () => undefined,
    () => {
      throw new core.StateFunError("invalid_argument", "own");
    },
    Promise.resolve("late"),
    Symbol("s"),
    10n,
    Object.create(null),
    Object.freeze({}),
    new Map([["a", 1]]),
    new Set([1]),
    new Date(Number.NaN),
    new Uint8Array(3),
    new ArrayBuffer(3),
    /x/g,
    new Error("given"),
    new Proxy({}, {}),
    "own/f",
    "a/b/c",
    "\ud800",
    "http://127.0.0.1:1/",
    "kind: io.statefun.endpoints.v2/http\nspec: 1",
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
  ];
  const names = fc.constantFrom(
    "typename",
    "modules",
    "functions",
    "accepts",
    "target",
    "caller",
    "kind",
    "invocations",
    "mutations",
    "messages",
    "missing",
    "expiration",
    "state",
    "headers",
    "fetch",
    "url",
    "urlPathTemplate",
    "encode",
    "decode",
    "~module",
    "~parts",
    "~functions",
    "~standard",
    "topics",
    "brokers",
  );
  const leaf = fc.oneof(fc.constantFrom(...given), fc.anything({ withDate: true }));
  const record = fc.dictionary(names, leaf, { maxKeys: 5 });
  return fc.oneof(leaf, record, fc.array(fc.oneof(leaf, record), { maxLength: 3 }));
}
