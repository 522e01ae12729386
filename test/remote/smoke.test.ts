import { defineModule } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { handlerServer } from "./support/handler-server.ts";
import { eventually, hosted } from "./support/hosted.ts";
import {
  commandsType,
  instance,
  labels,
  type Result,
  results,
  SmokeModel,
  seeded,
  smokeFunctions,
} from "./support/smoke.ts";

const instances = 30;
const sources = 400;

for (const [name, isFile] of [
  ["memoryStore", false],
  ["sqliteStore", true],
] as const) {
  describe(`functions here, on wire v3 and on wire v2, over ${name}`, () => {
    const host = hosted(isFile);

    it("count every message exactly once, whoever fails, dies or starts again", async () => {
      const random = seeded(7);
      const trouble = () => {
        if (random() < 0.02) throw new Error("on purpose");
      };
      const far = smokeFunctions("far", trouble);
      const old = smokeFunctions("old", trouble);
      const farServer = await handlerServer(far);
      const oldServer = await handlerServer(old);
      host.later(() => Promise.all([farServer.close(), oldServer.close()]));
      const endpoints = [
        { functions: ["smoke/*" as const], urlPathTemplate: farServer.url },
        {
          functions: ["smoke/old" as `${string}/*`],
          urlPathTemplate: oldServer.url,
          protocol: "v2" as const,
          states: [{ name: "count" }],
        },
      ];
      const modules = [smokeFunctions("near", trouble), defineModule({ name: "far", endpoints })];
      const seen: Result[] = [];
      const labelled = new Map<string, number>();
      const start = () =>
        host.start(modules, {
          retry: { maxAttempts: 1_000, initialDelayMs: 1, maxDelayMs: 20 },
          egresses: [
            results.to((list) => void seen.push(...list.map(({ value }) => value))),
            labels.to((list) => {
              for (const { id, value } of list) labelled.set(id, value);
            }),
          ],
        });
      const model = new SmokeModel(instances, random);
      let runtime = await start();
      for (let n = 0; n < sources; n++) {
        const id = n % instances;
        await runtime.send(instance(id), commandsType.of(model.commandsFor(id, 6)));
        if (n % 100 === 30) await farServer.close();
        if (n % 100 === 50) await farServer.open(far);
        if (n % 100 === 60) await oldServer.close();
        if (n % 100 === 80) runtime = await start();
        if (n % 100 === 90) await oldServer.open(old);
      }
      await settled(runtime);
      for (const [id, expected] of model.expected.entries()) {
        await runtime.send(instance(id), commandsType.of([{ kind: "verify", expected }]));
      }
      await eventually(
        () => seen.length,
        (count) => count >= instances,
      );
      expect(seen.filter(({ expected, actual }) => expected !== actual)).toEqual([]);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(instances);
      expect([...labelled.values()].toSorted((a, b) => a - b)).toEqual(model.labels);
      expect(await runtime.deadLetters.list()).toEqual([]);
      // There was trouble of every kind.
      const said = host.errors.map(String);
      for (const kind of [
        /smoke\/far at .* answered 500/,
        /cannot be reached/,
        /Error: on purpose/,
      ]) {
        expect(
          said.some((text) => kind.test(text)),
          String(kind),
        ).toBe(true);
      }
      expect(model.expected.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(sources);
    });
  });
}

/** Nothing waits any more, for its turn or for its time. Delays of a millisecond are over by then. */
async function settled(runtime: Runtime): Promise<void> {
  let quiet = 0;
  await eventually(
    async () => {
      await runtime.idle();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const all = await Promise.all(
        Array.from({ length: instances }, (_, id) => runtime.instance(instance(id))),
      );
      const waiting = all.some(({ mailbox, timers }) => mailbox.length + timers.length > 0);
      quiet = waiting ? 0 : quiet + 1;
      return quiet;
    },
    (value) => value > 3,
    40_000,
  );
}
