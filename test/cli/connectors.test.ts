import { describe, expect, it } from "vitest";
import { folderOf, startProgram } from "./program.ts";

/** An application whose ways in and out are made by code; `parts` is what it exports. */
const source = (parts: string) => `
import { defineModule, json, shape, StatefulFunctions } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { kinesisEgress } from "statefun/kinesis";
const functions = new StatefulFunctions("demo");
const Login = json("demo/Login", shape<{ n: number }>());
const logins = functions.bind("demo/logins", { accepts: Login }, (context, { n }) => {
  const headers: [string, string][] = [["trace", "x"]];
  context.emit(greetings, { topic: "hello", key: context.self.id, value: "n is " + n });
  context.emit(greetings, { topic: "hello", value: new Uint8Array([255, 0]), headers });
  context.emit(greetings, { topic: "hello", key: "gone", value: null });
  context.emit(stream, { stream: "s", partitionKey: "k", value: "streamed" });
});
const greetings = kafkaEgress("demo/greetings");
const stream = kinesisEgress("demo/stream");
// Nobody listens there: whoever tries says so.
const brokers = "127.0.0.1:1";
const shared = { brokers, topics: ["logins"], consumerGroup: "demo" };
const toTargets = kafkaIngress("demo/in", { ...shared, value: Login, targets: [logins] });
const routed = kafkaIngress("demo/routed", { ...shared, topics: ["raw"], value: utf8, route: () => {} });
const delivery = kafkaDelivery(greetings, { brokers });
const secured = kafkaDelivery(greetings, { brokers, tls: {} });
${parts}
`;
const started = (parts: string, ...flags: string[]) =>
  startProgram(folderOf({ "functions.mts": source(parts) }), [
    ...["dev", "functions.mts", "--memory", "--port", "0"],
    ...flags,
  ]);

const send = (url: string) =>
  fetch(`${url}/functions/demo/logins/zoe`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"n":1}',
  });

const inModule = `export default defineModule({
  name: "all",
  functions: [functions],
  ingresses: [toTargets, routed],
  egresses: [delivery],
});`;

describe("statefun dev without --connectors", () => {
  it.each([
    ["a module of the entry", inModule],
    [
      "the options of the entry",
      `const ways = defineModule({ name: "ways", ingresses: [toTargets, routed] });
      export default { modules: [functions, ways], egresses: [delivery] };`,
    ],
    [
      "parts that no file can say",
      `const ways = defineModule({ name: "ways", ingresses: [toTargets, routed], egresses: [secured] });
      export default [functions, ways];`,
    ],
  ])("leaves Kafka alone, where it is in %s, and says so", async (_, parts) => {
    const program = started(parts);
    const url = await program.url();
    await program.says(
      /ingress demo\/in does not run here: .*demo\/Login to \/functions\/demo\/logins\/\{id\}, or start it with --connectors\n/,
    );
    await program.says(
      /ingress demo\/routed does not run here: send the messages of its router over HTTP, or start it with --connectors\n/,
    );
    await program.says(/egresses +demo\/greetings +kept for reading\n/);
    expect((await send(url)).status).toBe(202);
    await program.says(/demo\/greetings <- demo\/logins\/zoe/);
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ status: "ok", ingresses: [], egresses: [] });
    expect(program.output + program.errors).not.toMatch(/ECONNREFUSED|waiting/);
  });

  it("starts it with the flag", async () => {
    const program = started(inModule, "--connectors");
    const url = await program.url();
    await program.says(/egresses +demo\/greetings +bound\n/);
    expect((await send(url)).status).toBe(202);
    await program.says(/ECONNREFUSED/);
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({
      ingresses: [{ typename: "demo/in" }, { typename: "demo/routed" }],
      egresses: [{ typename: "demo/greetings" }],
    });
    expect(program.output + program.errors).not.toContain("does not run here");
  });
});

describe("statefun dev shows records of Kafka and Kinesis as what they are", () => {
  const shown = [
    { topic: "hello", key: "zoe", value: "n is 1" },
    {
      topic: "hello",
      value: { base64: "/wA=" },
      headers: [{ name: "trace", value: "x" }],
    },
    { topic: "hello", key: "gone", value: null },
  ];

  it.each([
    ["exported", "export default functions; export { greetings, stream };"],
    ["known to the code alone", "export default functions;"],
  ])("where the egress is %s", async (_, parts) => {
    const program = started(parts);
    const url = await program.url();
    await send(url);
    await program.says(
      /demo\/greetings <- demo\/logins\/zoe: \{"topic":"hello","key":"zoe","value":"n is 1"\}\n/,
    );
    await program.says(
      /: \{"topic":"hello","value":\{"base64":"\/wA="\},"headers":\[\{.*"trace".*\}\]\}\n/,
    );
    await program.says(/: \{"topic":"hello","key":"gone","value":null\}\n/);
    await program.says(/: \{"stream":"s","partitionKey":"k","value":"streamed"\}\n/);
    const read = async (path: string) => (await fetch(`${url}${path}`)).json();
    const { records } = await read("/egresses/demo/greetings");
    expect(records.map((one: { value: unknown }) => one.value)).toEqual(shown);
    expect(await read("/egresses/demo/stream")).toMatchObject({
      records: [{ value: { stream: "s", partitionKey: "k", value: "streamed" } }],
    });
    const { egresses } = await read("/admin/functions");
    expect(egresses).toEqual([{ typename: "demo/greetings" }, { typename: "demo/stream" }]);
  });
});
