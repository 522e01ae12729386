import type { Engine } from "../../engine/contract/engine.ts";
import { StateFunError } from "../../internal/errors.ts";
import { splitTypename } from "../../model/typename.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import { exportStream } from "../moving/export-stream.ts";
import type { LazyImports } from "../moving/lazy-imports.ts";
import type { Counters } from "./counters.ts";
import { engineReads } from "./engine-reads.ts";
import { EngineFigures } from "./figures.ts";
import { StoredCounts } from "./stored-counts.ts";
import type { Recording } from "./recording/recording.ts";
import { recordingHost } from "./recording/recording-host.ts";

/** What operators have of an engine of this process. */
export interface EngineAdminParts {
  readonly engine: () => Engine;
  readonly host: SurfaceHost;
  /** Undefined where nothing was counted. */
  readonly counters: Counters | undefined;
  /** Undefined where nothing can be recorded. */
  readonly recording: Recording | undefined;
  readonly imports: LazyImports | undefined;
  /** Those of remote functions, by name. */
  readonly endpoints: readonly string[];
}

const uncounted = "nothing is counted in this runtime: the option http.admin switches it on";

const unrecorded =
  "nothing is recorded in this runtime: the option http.admin of a runtime allows it";

export function engineAdmin(parts: EngineAdminParts): AdminHost {
  const { engine, host, counters, recording, endpoints, imports } = parts;
  const functions = function* (): Iterable<string> {
    for (const { typename } of host.functions()) yield typename;
  };
  const counts = new StoredCounts(() => engine().partition, functions);
  const figures =
    counters &&
    new EngineFigures({
      engine,
      counters,
      endpoints,
      functions,
      ageOf: (number) => engine().partition.ages.ageOf(number),
    });
  const lacks = { figures: uncounted, errors: uncounted, graph: uncounted, rates: uncounted };
  return {
    lacks: {
      ...(counters === undefined ? lacks : {}),
      ...(recording === undefined ? { recording: unrecorded } : {}),
    },
    recording: recording && recordingHost(recording, engine),
    ...engineReads(engine),
    async paused() {
      const paused = engine().paused();
      // Nothing is shown that a crash could take back.
      await engine().flush();
      return paused;
    },
    async errors() {
      if (counters === undefined) throw new StateFunError("unsupported", uncounted);
      return counters.errors.list();
    },
    export({ values }) {
      // Before the answer begins.
      assertOpen(engine());
      return exportStream({ engine, host }, { values });
    },
    ...(imports && {
      import: async (bytes, request) => {
        assertOpen(engine());
        return imports.import(bytes, request);
      },
      abandonImport: async (by) => {
        assertOpen(engine());
        return imports.abandon(by);
      },
    }),
    act: (order) => engine().act(order),
    async figures() {
      if (figures === undefined) throw new StateFunError("unsupported", uncounted);
      return figures.read();
    },
    stored: () => counts.read(),
    endpointOf(typename) {
      if (host.isRemote?.(typename) !== true) return undefined;
      const all = [typename, `${splitTypename(typename)[0]}/*`];
      return all.find((name) => endpoints.includes(name));
    },
    async graph() {
      if (counters === undefined) throw new StateFunError("unsupported", uncounted);
      return { since: counters.startedAt, edges: counters.edges.list() };
    },
    async rates(typename) {
      if (counters === undefined) throw new StateFunError("unsupported", uncounted);
      return counters.rates.read(typename);
    },
  };
}

function assertOpen(engine: Engine): void {
  if (engine.isDraining()) throw new StateFunError("draining", "the runtime is closing");
}
