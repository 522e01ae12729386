import { json, requestReplyHandler, type StatefulFunctions, shape, string } from "statefun";
import { type Server, serve } from "statefun/node";
import { codecV2, codecV3, type ProtocolCodec } from "statefun/protocol";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { Cluster } from "../../examples/cluster/driver.ts";
import { writePrograms } from "./block-programs.ts";
import { blocksOf } from "./blocks.ts";
import { parseYaml } from "./yaml.ts";

const Login = json("demo/Login", shape<{ user: string }>());
const LoginEvent = json("demo/LoginEvent", shape<{ user_name: string }>());

const programs = writePrograms("promises");
const servers: Server[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => programs.remove());

/** As the codecs of both wires call it in the model. */
const kafkaRecord = "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord";

type Handler = (request: Request) => Promise<Response>;

/** A cluster of the driver's kind in front of a program of a document, and all that it prints. */
async function clusterOf(
  [document, name]: readonly [document: string, name: string],
  codec: ProtocolCodec,
  states?: Readonly<Record<string, readonly string[]>>,
) {
  const program = await programs.load(document, name);
  const handler =
    program["handler"] ?? requestReplyHandler(program["functions"] as StatefulFunctions);
  // What the documents call so.
  const server = await serve({ fetch: handler as Handler, port: 0 });
  servers.push(server);
  const lines: string[] = [];
  const url = `http://127.0.0.1:${server.port}/`;
  const print = (line: string) => lines.push(line);
  const cluster = new Cluster({ url, codec, print, ...(states && { states }) });
  return { cluster, lines: () => lines.join("\n") };
}

describe("the first function of docs/flink.md", () => {
  it.for([codecV3, codecV2])(
    "counts visits on wire $name, and emits Kafka records",
    async (codec) => {
      const states = codec === codecV2 ? { "demo/greeter": ["visits"] } : {};
      const { cluster, lines } = await clusterOf(["docs/flink.md", "greeter.ts"], codec, states);
      for (const visit of [1, 2]) {
        cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
        await cluster.run();
        expect(lines()).toContain(`-> state visits = ${visit}`);
      }
      expect(lines()).toContain(`-> egress demo/greetings: ${kafkaRecord} `);
      expect(lines()).toContain("Hello Zoë, visit 2");
    },
  );

  it("is what both module.yaml are about", async () => {
    const [current, older] = ["docs/flink.md", "docs/migrating.md"]
      .flatMap((document) => blocksOf(document))
      .filter(({ language }) => language === "yaml")
      .map(({ text }) => parseYaml(text));
    expect(current).toMatchObject([
      { kind: "io.statefun.endpoints.v2/http", spec: { functions: "demo/*" } },
      { kind: "io.statefun.kafka.v1/ingress", spec: { topics: [{ valueType: Login.typename }] } },
      { kind: "io.statefun.kafka.v1/egress", spec: { id: "demo/greetings" } },
    ]);
    const { cluster, lines } = await clusterOf(["docs/flink.md", "greeter.ts"], codecV3);
    cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
    await cluster.run();
    const [, name] = /needs state (\w+) \([^,]*\)$/m.exec(lines()) ?? [];
    const meta = { kind: "http", type: "demo/greeter" };
    const spec = { endpoint: "http://functions:8080/statefun", states: [{ name }] };
    expect(older).toEqual([
      {
        version: "2.0",
        module: { meta: { type: "remote" }, spec: { functions: [{ function: { meta, spec } }] } },
      },
    ]);
  });
});

describe("the other programs of the documents", () => {
  it("the cart writes what was changed in place", async () => {
    const { cluster, lines } = await clusterOf(["docs/functions.md", "cart.ts"], codecV3);
    for (const item of ["tea", "cake"]) cluster.send("demo/cart", "1", string.of(item));
    await cluster.run();
    expect(lines()).toContain('-> state items = demo/Items ["tea","cake"]');
    expect(lines()).toContain("coupon (io.statefun.types/string, expires 86400000 ms after-write)");
    expect(lines()).toContain("open (io.statefun.types/bool, expires 3600000 ms after-call)");
  });

  it.for([codecV2, codecV3])(
    "the parser's dead letters reach the morgue on wire $name",
    async (codec) => {
      const reported = vi.spyOn(console, "error").mockReturnValue();
      const warned = vi.spyOn(console, "warn").mockReturnValue();
      const { cluster, lines } = await clusterOf(["docs/functions.md", "dead-letters.ts"], codec);
      cluster.send("demo/parser", "1", string.of(""));
      cluster.send("demo/parser", "1", string.of("fine"));
      await cluster.run();
      expect(lines()).toContain("-> demo/morgue/all: statefun/failed-message ");
      expect(warned.mock.calls).toEqual([["1 of demo/parser: there is nothing to parse"]]);
      expect(reported).toHaveBeenCalledOnce();
    },
  );

  it.for([codecV2, codecV3])(
    "the original example keeps its session on wire $name",
    async (codec) => {
      const logged = vi.spyOn(console, "log").mockReturnValue();
      const states = codec === codecV2 ? { "demo/greeter": ["session"] } : {};
      const { cluster, lines } = await clusterOf(
        ["docs/migrating.md", "session.ts"],
        codec,
        states,
      );
      for (const user_name of ["Zoë", "Eve"]) {
        cluster.send("demo/greeter", "zoe", LoginEvent.of({ user_name }));
        await cluster.run();
      }
      expect(logged.mock.calls).toEqual([["Hey Zoë"], ["Hey Zoë"]]);
      expect(lines().match(/-> state session = /g)).toHaveLength(1);
    },
  );
});

describe("the guides", () => {
  it("let in who knows the secret, and give the environment", async () => {
    const { handler, env } = await programs.load("docs/guides/secrets.md", "environment.ts");
    if (typeof handler !== "function") throw new TypeError("no handler");
    const init = { method: "POST", headers: { "content-type": "application/octet-stream" } };
    const url = "http://localhost/statefun/";
    const reported = vi.spyOn(console, "error").mockReturnValue();
    expect((await handler(new Request(`${url}guess`, init))).status).toBe(401);
    expect((await handler(new Request(`${url}${Object(env).SECRET}`, init))).status).toBe(400);
    expect(reported).toHaveBeenCalledTimes(2);
  });
});
