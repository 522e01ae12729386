import { LazyImports } from "../host/moving/lazy-imports.ts";
import type { Restarts } from "./restarts.ts";

/** Imports into a process that may die at any time: one that has begun is completed by the next run, from what was read already. */
export function testedImports(lives: Restarts): LazyImports {
  return new LazyImports({
    store: undefined,
    async assertOpen() {
      const { partition } = await lives.engine();
      partition.ingress.assertOpen();
    },
    async abandonImport(signal) {
      let wasThere: boolean | undefined;
      for (;;) {
        const engine = await lives.engine();
        wasThere ??= engine.partition.hold.unfinished !== undefined;
        try {
          await engine.abandonImport(signal);
          return wasThere;
        } catch (error) {
          // As below.
          if (lives.running === engine) throw error;
        }
      }
    },
    async import(want) {
      let wasHere: boolean | undefined;
      for (;;) {
        const engine = await lives.engine();
        wasHere ??= engine.partition.hold.marks.done.includes(want.source.sha256);
        try {
          await engine.import(want);
          return wasHere;
        } catch (error) {
          // What fails because a run has ended says nothing about the import.
          if (lives.running === engine) throw error;
        }
      }
    },
  });
}
