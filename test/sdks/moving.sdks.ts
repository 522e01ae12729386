import { int, string } from "statefun";
import {
  collectExport,
  collectImport,
  exportRequests,
  importRequests,
  migratable,
  type RequestRecord,
} from "statefun/migration";
import type { Invocation } from "statefun/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportMessage, LittleCluster, message } from "../migration/little-cluster.ts";
import { sdks } from "./sdks.ts";
import { type SdkServer, startServer } from "./server-process.ts";

const caller = { typename: "sdks/caller", id: "1" };
const command = (text: string): Invocation => ({
  ...message(string.typename, string.encode(text)),
  caller,
});
const states = ["count", "mortal", "called"];
const topic = () => "any";

describe.for(sdks.map((sdk) => ({ ...sdk })))("behind the wrapper, $name", (sdk) => {
  const typename = `${sdk.namespace}/fn`;
  const instances = Array.from({ length: 5 }, (_, index) => ({ typename, id: `é ${index}` }));
  let server: SdkServer;
  let cluster: () => LittleCluster;

  beforeAll(async () => {
    server = await startServer(sdk);
    const handler = migratable(server.url, { egress: "sdks/records", topic: "moved" });
    cluster = () => new LittleCluster(handler, sdk.wire, states);
  });
  afterAll(() => server.kill());

  const answers = (one: LittleCluster) =>
    one.messages.map(({ argument }) => string.decode(argument.bytes ?? new Uint8Array()));
  const deliver = async (
    to: LittleCluster,
    records: AsyncIterable<RequestRecord>,
    type: string,
  ) => {
    for await (const { key, value } of records) {
      await to.send(typename, key, message(`statefun.migration/${type}`, value));
    }
  };

  it("says which states it has, and gives and takes their values", async () => {
    const from = cluster();
    for (const [index, { id }] of instances.entries()) {
      for (let n = 0; n <= index; n++) await from.send(typename, id, command("add"));
    }
    await from.send(typename, "é 0", command("mark"));
    const out = await collectExport({ request: "out", instances });
    await deliver(from, exportRequests(instances, { request: "out", topic }), "export");
    for (const record of from.records) out.add(record);
    expect(out.refused()).toEqual([]);
    const body = out.export() as ReadableStream<Uint8Array<ArrayBuffer>>;
    const bytes = await new Response(body).bytes();
    const [header] = new TextDecoder().decode(bytes).split("\n");
    expect(JSON.parse(header ?? "").functions).toEqual([
      { typename, states: [...states].sort().map((name) => ({ name, type: int.typename })) },
    ]);

    const to = cluster();
    const open = () => new Blob([bytes]).stream();
    const into = await collectImport({ request: "in", open });
    await deliver(to, importRequests(open, { request: "in", topic }), "import");
    for (const record of to.records) into.add(record);
    expect([into.isComplete, into.refused()]).toEqual([true, []]);
    for (const { id } of instances) await to.send(typename, id, command("add"));
    await to.send(typename, "é 0", command("alive"));
    expect(answers(to)).toEqual(
      [2, 3, 4, 5, 6].map((count) => `answer:${count}`).concat("answer:11"),
    );
  });

  it("handles its own messages in the order of a mixed batch", async () => {
    const one = cluster();
    await one.send(
      typename,
      "a",
      command("add"),
      exportMessage("1"),
      command("add"),
      exportMessage("2"),
    );
    await one.send(typename, "a", command("forget"), exportMessage("3"), command("add"));
    expect(answers(one)).toEqual(["answer:1", "answer:2", "answer:1"]);
    const counts = one.records.map((record) => {
      const { count } = JSON.parse(record).instance.states;
      return count && int.decode(Buffer.from(count.bytes, "base64"));
    });
    expect(counts).toEqual([1, 2, undefined]);
  });
});
