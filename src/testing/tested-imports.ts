import type { Engine } from "../engine/contract/engine.ts";
import { LazyImports } from "../host/moving/lazy-imports.ts";
import type { Restarts } from "./restarts.ts";

/** Imports into a process that may die at any time: one that has begun is completed by the next run, from what was read already. */
export function testedImports(restarts: Restarts): LazyImports {
  /** Gives what was found before the first try. */
  const lasting = async (
    find: (engine: Engine) => boolean,
    work: (engine: Engine) => Promise<unknown>,
  ): Promise<boolean> => {
    let found: boolean | undefined;
    for (;;) {
      const engine = await restarts.engine();
      found ??= find(engine);
      try {
        await work(engine);
        return found;
      } catch (error) {
        // What fails because a run has ended says nothing about the import.
        if (restarts.running === engine) throw error;
      }
    }
  };
  return new LazyImports({
    store: undefined,
    async assertOpen() {
      const { partition } = await restarts.engine();
      partition.ingress.assertOpen();
    },
    async abandonImport(signal, by) {
      const wasThere = await lasting(
        ({ partition }) => partition.hold.unfinished !== undefined,
        (engine) => engine.abandonImport(signal, by),
      );
      return { isDuplicate: false, count: Number(wasThere) };
    },
    import: (want) =>
      lasting(
        ({ partition }) => partition.hold.marks.done.includes(want.source.sha256),
        (engine) => engine.import(want),
      ),
  });
}
