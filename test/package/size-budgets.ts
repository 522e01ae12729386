/** One promise of size. A kilobyte is 1,000 bytes: the smaller of its two meanings. */
export interface Budget {
  readonly name: string;
  readonly bytes: number;
  /** The smallest program that does something useful with the subpath. */
  readonly program: string;
  /** What the adapter is for, and its user has anyway. */
  readonly external?: readonly string[];
  /** Whether what is loaded later counts too. @default false */
  readonly isWhole?: boolean;
  /** Where a subpath is an addition to the core: a program without it, whose size is taken off. */
  readonly beside?: string;
}

const core = `
  import { StatefulFunctions, int, requestReplyHandler, string } from "statefun";
  const functions = new StatefulFunctions();
  functions.bind(
    "demo/greeter",
    { accepts: string, replies: string, state: { visits: { type: int, initial: 0 } } },
    (context, name) => { context.reply(name + ++context.state.visits); },
  );
  export default { fetch: requestReplyHandler(functions) };
`;

/** All that the core has, for what adds to it: an egress does not pay for the parts it shares. */
const wholeCore = 'export * from "statefun";';

const server = (subpath: string) => `
  import { serve } from "statefun/${subpath}";
  await serve({ fetch: () => new Response("hello") });
`;

export const budgets: readonly Budget[] = [
  // The aim is 12,000. What is said of mistakes (paths, hints, escapes) and the checks of values have taken it beyond.
  // Without a single text of an error it would be 10,400. The budget keeps it from growing, and goes down with it.
  // 150 of it hold a request to its time, another 150 keep numbers in an engine without their bytes, 70 are for instances that expire,
  // 225 for observers: the names of their hooks are looked at at once, and the rest of it is loaded where there is one; 225 for the
  // places where handlers and what they send are told; 300 for the places where values are opened before a handler and encrypted
  // after it: how that is done comes with `statefun/encryption`; 20 for timers that the requests of a server share; 50 for saying
  // that `authenticate`, and not the request, is late; 50 for fewer objects a message.
  { name: "statefun", bytes: 14_620, program: core },
  // 20 of it are typenames that are written again.
  {
    name: "statefun/protocol",
    bytes: 5_260,
    program: `
      import { codecV2, codecV3, detectProtocol } from "statefun/protocol";
      const codec = (bytes) => (detectProtocol(bytes) === "v2" ? codecV2 : codecV3);
      export const translate = (bytes) => codecV3.encodeRequest(codec(bytes).decodeRequest(bytes));
    `,
  },
  {
    name: "statefun/protobuf",
    bytes: 22_000,
    program: `
      import { TimestampSchema } from "@bufbuild/protobuf/wkt";
      import { protobuf } from "statefun/protobuf";
      export const Seen = protobuf(TimestampSchema);
    `,
  },
  {
    name: "statefun/encryption",
    bytes: 3_000,
    program: `${wholeCore} export { encrypted, encryptionKeys } from "statefun/encryption";`,
    beside: wholeCore,
  },
  {
    name: "statefun/kafka",
    bytes: 600,
    program: `${wholeCore} export { kafkaEgress } from "statefun/kafka";`,
    beside: wholeCore,
  },
  // The client is loaded when it starts, and no part of it. It speaks the group protocol itself, brings lanes to the engine, and
  // decrypts records before they are routed.
  {
    name: "statefun/kafka-connector",
    bytes: 22_500,
    program: `${wholeCore} export { kafkaBinders, kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";`,
    external: ["@platformatic/kafka"],
    beside: wholeCore,
  },
  {
    name: "statefun/kinesis",
    bytes: 600,
    program: `${wholeCore} export { kinesisEgress } from "statefun/kinesis";`,
    beside: wholeCore,
  },
  // The HTTP surface and what calls remote functions are loaded when they are needed, beside it. Its options are checked at
  // once, 400 bytes of it are those of CORS. 650 came with windows of a bounded size at a start, and with idle instances of
  // less than 400 bytes; 1,750 with lots of recovered messages, of which none is given up for what others did; 300 with
  // numbers that are written when somebody needs their bytes; 300 with links to partitions that are full; 250 with
  // instances that expire as a whole; 2,500 with windows that are billed, which are held, whose links wait for alarms, and where an
  // end is no proof of guilt: a partition has these parts wherever it runs; 750 with senders that are restored to an earlier state; 6,500 with
  // what can be seen and done from outside: 1,100 for what observers are told, 1,300 for pauses and what operators change, the rest
  // for troubles, ages and ids in order, for a directory, and for handlers that run in no caller's context. All that reads is loaded
  // with the first operator. 50 for the places where messages are told to what counts them, 500 for those where a recorder is told, which
  // is loaded with `http.admin`. 400 for `upgrade`, whose walk is loaded with its first call, and for old types in what comes in;
  // 100 for `backup`, whose copying is loaded with the first one. 700 for what is encrypted: the order in which clients send, records
  // that are read before they are delivered, replies, and repeated messages whose bytes differ. 450 for `export` and the lists that a
  // snapshot of a store in memory is made of, while what writes an export is loaded with the first one. 2,200 for an engine that is
  // held still, the restart behind an import, and what looks for an unfinished one at each start; what imports is loaded with the first import.
  // 100 for lists that sort only what they give, and for timers by function. 250 for batches and actions that are stored as a whole or not at all, keys
  // of callers that are not the engine's, and dead letters that are sent again where there is room. 120 for a header that messages from outside cannot bring.
  {
    name: "statefun/runtime",
    bytes: 48_640,
    program: `${wholeCore} export { createRuntime, memoryStore } from "statefun/runtime";`,
    beside: wholeCore,
  },
  // The engine as in `statefun/runtime`, with its surface, which the runtime loads when it is asked for, and a store of
  // its own. 31,300 when it was first measured; 4,000 more since rows that cannot be read are put aside, and what comes by
  // RPC is looked at before it is used; 1,200 more for CORS and readers who are asked about again; 1,200 since windows are
  // bounded where the clock stands, pages by bytes, and what is wrong in wrangler.toml or in a copied storage is said; 100
  // since the surface answers with plain values, of which it makes a `Response` at its end; 2,750 and 2,500 as in `statefun/runtime`; 3,400
  // since small rows of an object stand in one, which divides its bill for rows by three; 1,850 with receivers that are full, the
  // place of objects, another Worker's client, and what a subclass sees; 200 with instances that expire; 600 for what the Worker
  // tells an object; 7,400 as in `statefun/runtime` for observers and operators, with their RPC; 150 for the check and the place of a
  // console, of which nothing is there without `consoleApp`; 100 for what operators send, and read backwards; 450 as there for a
  // recorder, though an object has none; 300 for old types in what comes in; 700 for what is encrypted; 750 for the lists of its
  // rows, of which a snapshot is made; 2,450 for `paused`, as in `statefun/runtime`, and for the RPC by which objects are moved; 100 for timers by function; 190 for that header, for cursors
  // that are refused, and for an `authenticate` that is late.
  {
    name: "statefun/durable-object",
    bytes: 72_260,
    program: `${wholeCore} export { durableObjectEngine } from "statefun/durable-object";`,
    external: ["cloudflare:workers"],
    beside: wholeCore,
  },
  // A Worker that only sends to the objects of another one: nothing of the engine, and only the types that it names.
  {
    name: "durableObjectClient of statefun/durable-object",
    bytes: 10_700,
    program: `
      import { functionRef, string } from "statefun";
      import { durableObjectClient } from "statefun/durable-object";
      const greeter = functionRef("demo/greeter", string);
      export default {
        fetch: async (_, env) =>
          Response.json(await durableObjectClient(env.STATEFUN).call(greeter.at("1"), "hello")),
      };
    `,
    external: ["cloudflare:workers"],
  },
  // The page and all its screens, which are loaded with its first request, and what serves them: 64,500 and 1,300. A browser
  // gets the form of a message, 10,000 of it, when that screen is shown. A photograph weighs more.
  {
    name: "statefun/console",
    bytes: 65_800,
    program: 'export { consoleApp } from "statefun/console";',
    isWhole: true,
  },
  // What a Worker or a process starts with: the page itself comes later.
  {
    name: "statefun/console before its first request",
    bytes: 3_500,
    program: 'export { consoleApp } from "statefun/console";',
  },
  // The parser of YAML is most of it.
  {
    name: "statefun/module",
    bytes: 45_000,
    program: `${wholeCore} export { describeModule, loadModule } from "statefun/module";`,
    beside: wholeCore,
  },
  // 200 of it are the option `http`, for tests of what operators see, 250 `upgrade`, 800 what is encrypted, and 400 lists that sort only what they give.
  {
    name: "statefun/testing",
    bytes: 51_450,
    program: `${wholeCore} export { createTestRuntime, stub } from "statefun/testing";`,
    beside: wholeCore,
  },
  {
    name: "statefun/client",
    bytes: 3_460,
    program: `${wholeCore} export { createClient } from "statefun/client";`,
    beside: wholeCore,
  },
  {
    name: "statefun/http",
    bytes: 2_000,
    program: `${wholeCore} export { httpDelivery } from "statefun/http";`,
    beside: wholeCore,
  },
  // Both wires both ways are half of it.
  {
    name: "statefun/migration",
    bytes: 13_500,
    program: `${wholeCore} export * from "statefun/migration";`,
    beside: wholeCore,
  },
  {
    name: "statefun/opentelemetry",
    bytes: 5_105,
    program: `${wholeCore} export { openTelemetry } from "statefun/opentelemetry";`,
    external: ["@opentelemetry/api"],
    beside: wholeCore,
  },
  {
    name: "statefun/hono",
    bytes: 2_000,
    program: `${wholeCore} export { statefun } from "statefun/hono";`,
    external: ["hono"],
    beside: wholeCore,
  },
  {
    name: "statefun/node",
    bytes: 2_100,
    program: server("node"),
    external: ["@hono/node-server"],
  },
  // 250 of it are a timer that the requests of a server share.
  { name: "statefun/deno", bytes: 2_150, program: server("deno") },
  { name: "statefun/bun", bytes: 2_150, program: server("bun") },
];
