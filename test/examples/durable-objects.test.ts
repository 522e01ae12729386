import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, it } from "vitest";
import { bundle } from "../durable-object/support/build.ts";
import { examples, fileOf } from "./gallery.ts";
import { expectRecords, type Fetch, sendAll } from "./talking.ts";

/** Every `worker.ts`, as wrangler would bundle it, in one workerd. */
describe("the Workers of the gallery", () => {
  let miniflare: Miniflare | undefined;

  beforeAll(async () => {
    const scripts = await Promise.all(examples.map((one) => bundle(fileOf(one, "worker.ts"))));
    miniflare = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      // Would be fetched from the network.
      cf: false,
      // A message of the showcase fails on purpose, and the engine says so.
      handleRuntimeStdio: (...outputs: readonly Readable[]) => {
        for (const output of outputs) output.resume();
      },
      workers: examples.map(({ name }, index) => ({
        name,
        modules: true,
        script: scripts[index] ?? "",
        compatibilityDate: "2026-07-01",
        durableObjects: { STATEFUN: { className: "StatefulObject", useSQLite: true } },
      })),
    });
    await miniflare.ready;
    // Ten Workers: seconds on a machine that is idle.
  }, 240_000);
  afterAll(() => miniflare?.dispose(), 60_000);

  it.for(examples)("$name gives what its README says on Durable Objects", async (example) => {
    const worker = await miniflare?.getWorker(example.name);
    const ask: Fetch = async (path, init) => {
      const answer = await worker?.fetch(`http://example${path}`, init as never);
      return new Response(await answer?.text(), { status: answer?.status ?? 500 });
    };
    await sendAll(example, ask);
    await sendAll(example, ask);
    await expectRecords(example, ask);
  });
});
