import { address, string } from "statefun";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Application,
  eventually,
  fileStore,
  moduleOf,
  ours,
  shared,
  startApplication,
} from "./application.ts";
import { type Sdk, sdks } from "./sdks.ts";
import { type SdkServer, startServer } from "./server-process.ts";

const servers = new Map<Sdk, SdkServer>();
const urlOf = (sdk: Sdk) => servers.get(sdk)?.url ?? "";

beforeAll(async () => {
  for (const sdk of sdks) servers.set(sdk, await startServer(sdk));
});
afterAll(async () => {
  for (const server of servers.values()) await server.kill();
});

describe("functions in several languages", () => {
  const file = fileStore();
  let app: Application;

  beforeAll(async () => {
    const endpoints = await Promise.all(sdks.map((sdk) => moduleOf(sdk, urlOf(sdk))));
    app = await startApplication([ours(), ...endpoints], file.store);
  });
  afterAll(async () => {
    await app.end();
    file.remove();
  });

  const namespaces = [...sdks.map(({ namespace }) => namespace), "ours"];
  const pairs = namespaces.flatMap((from) => namespaces.map((to) => ({ from, to })));

  it.for(pairs)("$from asks $to, and gets its answer", async ({ from, to }) => {
    const id = `${from} to ${to}`;
    const asking = address(`${from}/fn` as `${string}/${string}`, id);
    await app.runtime.send(asking, string.of(`ask:${to}/fn`));
    const heard = `heard 1 from ${to}/fn`;
    await eventually(
      () => app.emitted().filter((text) => text === heard).length,
      (count) => count === namespaces.indexOf(from) + 1,
    );
    expect(app.errors).toEqual([]);
  });
});

describe("a state", () => {
  it("that one SDK wrote is read and written by every other, and by ours", async () => {
    const file = fileStore();
    const readers = [...sdks, undefined];
    let count = 0;
    // Twice around: each of them comes after another one, and after itself with all the others between.
    for (const sdk of [...readers, ...readers]) {
      const module =
        sdk === undefined ? ours(["shared/fn"]) : await moduleOf(sdk, urlOf(sdk), "shared");
      const app = await startApplication([module], file.store);
      const name = sdk?.name ?? "ours";
      expect(await app.runtime.call(shared.at("1"), "look"), name).toBe(`answer:${count}`);
      expect(await app.runtime.call(shared.at("1"), "add"), name).toBe(`answer:${++count}`);
      expect(app.errors, name).toEqual([]);
      await app.end();
    }
    file.remove();
  });
});
