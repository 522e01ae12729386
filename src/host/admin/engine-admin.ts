import type { Engine } from "../../engine/contract/engine.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import { bareAdmin } from "./bare-admin.ts";
import type { Counters } from "./counters.ts";
import { EngineFigures } from "./figures.ts";

/** What operators have of an engine of this process. */
export interface EngineAdminParts {
  readonly engine: () => Engine;
  readonly host: SurfaceHost;
  /** Undefined where nothing was counted. */
  readonly counters: Counters | undefined;
}

export function engineAdmin({ engine, host, counters }: EngineAdminParts): AdminHost {
  const bare = bareAdmin(host, "this engine has no such list");
  const { figures: noFigures, ...lacks } = bare.lacks;
  const figures =
    counters &&
    new EngineFigures({
      engine,
      counters,
      *functions() {
        for (const { typename } of host.functions()) yield typename;
      },
      ageOf: () => 0,
    });
  return {
    ...bare,
    lacks: figures === undefined ? { ...lacks, figures: `${noFigures}` } : lacks,
    async paused() {
      const paused = engine().paused();
      // Nothing is shown that a crash could take back.
      await engine().flush();
      return paused;
    },
    act: (order) => engine().act(order),
    figures: figures === undefined ? bare.figures : () => figures.read(),
  };
}
