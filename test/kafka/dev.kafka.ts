import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { folderOf, startProgram } from "../cli/program.ts";
import { type Broker, startBroker } from "./broker.ts";
import { read, write } from "./topics.ts";

const root = join(import.meta.dirname, "../..");
let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

/** Counts what came for its id; `step` tells its versions apart. */
const counterSource = (step: number) => `
import { int, json, shape, StatefulFunctions } from "statefun";
import { kafkaEgress } from "statefun/kafka";
export const totals = kafkaEgress("demo/totals");
export const functions = new StatefulFunctions("demo");
const Add = json("demo/Add", shape<{ by: number }>());
functions.bind("demo/counter", { accepts: Add, state: { total: { type: int, initial: 0 } } }, (context, { by }) => {
  context.state.total += by * ${step};
  context.emit(totals, { topic: "totals", key: context.self.id, value: String(context.state.total) });
});
`;

const moduleFile = (groupId: string) => `
kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/adds
  address: \${BROKERS}
  consumerGroupId: ${groupId}
  startupPosition:
    type: earliest
  topics:
    - topic: adds
      valueType: demo/Add
      targets:
        - demo/counter
---
kind: io.statefun.kafka.v1/egress
spec:
  id: demo/totals
  address: \${BROKERS}
`;

const start = (folder: string, ...flags: string[]) =>
  startProgram(folder, ["dev", "functions.mts", "module.yaml", "--port", "0", ...flags], {
    BROKERS: broker.brokers,
  });

async function groups(): Promise<readonly string[]> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker.brokers] });
  try {
    return [...(await admin.listGroups()).keys()];
  } finally {
    await admin.close();
  }
}

const adds = (count: number) =>
  write(
    broker.brokers,
    Array.from({ length: count }, () => ({ topic: "adds", key: "zoe", value: '{"by":1}' })),
  );

describe("statefun dev with the Kafka parts of a module.yaml", () => {
  beforeAll(async () => {
    await broker.createTopic("adds", 2);
    await broker.createTopic("totals", 2);
    await adds(3);
  });

  it("leaves them to others: it joins no group, and keeps the records", async () => {
    const folder = folderOf({
      "functions.mts": counterSource(1),
      "module.yaml": moduleFile("off"),
    });
    const program = start(folder);
    const url = await program.url();
    await program.says(/ingress demo\/adds does not run here: .*, or start it with --connectors\n/);
    await program.says(/egresses +demo\/totals +kept for reading\n/);
    await setTimeout(2_000);
    expect(await groups()).not.toContain("off");
    const answer = await fetch(`${url}/egresses/demo/totals`);
    expect(await answer.json()).toMatchObject({ records: [] });
  });

  it("starts them with --connectors, and goes on where it was when a file changes", async () => {
    const folder = folderOf({ "functions.mts": counterSource(1), "module.yaml": moduleFile("on") });
    const program = start(folder, "--connectors");
    const url = await program.url();
    await program.says(/egresses +demo\/totals +bound\n/);
    expect((await read(broker.brokers, "totals", 3)).map(({ value }) => value)).toEqual([
      "1",
      "2",
      "3",
    ]);
    expect(await groups()).toContain("on");
    writeFileSync(join(folder, "functions.mts"), counterSource(10));
    await program.says(/functions\.mts has changed/);
    await adds(2);
    const all = await read(broker.brokers, "totals", 5);
    expect(all.map(({ value }) => value)).toEqual(["1", "2", "3", "13", "23"]);
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ ingresses: [{ typename: "demo/adds", status: "running" }] });
    expect(program.output + program.errors).not.toContain("does not run here");
  });

  it("says which package is missing", async () => {
    const folder = join(inject("consumer"), "dev-without");
    const modules = join(folder, "node_modules");
    for (const scope of ["@bufbuild", "@hono"]) {
      mkdirSync(join(modules, scope), { recursive: true });
    }
    cpSync(join(inject("consumer"), "node_modules/statefun"), join(modules, "statefun"), {
      recursive: true,
    });
    for (const name of ["@bufbuild/protobuf", "@hono/node-server", "hono", "yaml"]) {
      symlinkSync(join(root, "node_modules", name), join(modules, name), "dir");
    }
    // A folder above has the package: it is hidden by an empty one.
    mkdirSync(join(modules, "@platformatic/kafka"), { recursive: true });
    writeFileSync(join(folder, "functions.mjs"), counterSource(1).replace("<{ by: number }>", ""));
    writeFileSync(join(folder, "module.yaml"), moduleFile("without"));
    const cli = join(modules, "statefun/dist/cli/statefun.js");
    const args = ["dev", "functions.mjs", "module.yaml", "--memory", "--port", "0", "--connectors"];
    const environment = { BROKERS: broker.brokers };
    const program = startProgram(folder, args, environment, [process.execPath, cli]);
    expect(await program.ended).toBe(2);
    expect(program.errors).toMatch(
      /ingress demo\/adds needs the package @platformatic\/kafka, which could not be loaded/,
    );
  });
});
