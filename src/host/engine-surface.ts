import type { Engine } from "../engine/contract/engine.ts";
import type { Position } from "../engine/contract/records.ts";
import { isOwnNamespace, isRecord } from "../internal/assert.ts";
import type { Clock } from "../model/clock.ts";
import type { AdminHost } from "../surface/admin/admin-host.ts";
import type { KeptEgress, SurfaceHost } from "../surface/surface-host.ts";
import type { Counters } from "./admin/counters.ts";
import type { Recording } from "./admin/recording/recording.ts";
import type { LocalApplication } from "./application.ts";
import { answered } from "./engine-client.ts";
import type { LazyImports } from "./moving/lazy-imports.ts";

/** How records of egresses that are not bound are kept for reading. */
export interface KeptUnbound {
  /** These are known before they have any record. */
  readonly names: ReadonlySet<string>;
  readonly format: NonNullable<KeptEgress["format"]>;
}

/** What a surface of this process is made of. */
export interface SurfaceParts {
  /** The engine that runs now. */
  readonly engine: () => Engine;
  readonly clock: Clock;
  readonly application: LocalApplication;
  /** For development, records of egresses that are not bound are kept too; not for a runtime. */
  readonly unbound: KeptUnbound | undefined;
  /** What was counted of this run, for operators. @default nothing */
  readonly counters?: Counters | undefined;
  /** What each message has led to, for operators who ask for it. @default nothing is recorded */
  readonly recording?: Recording | undefined;
  /** @default nothing can be imported */
  readonly imports?: LazyImports | undefined;
}

/** Inspection is loaded at its first use. */
const looks = (): Promise<typeof import("./looks.ts")> => import("./looks.ts");

/** The engine of this process, as an HTTP surface sees it. */
export function surfaceHost(parts: SurfaceParts): SurfaceHost {
  const { engine, clock, application, unbound, counters, recording, imports } = parts;
  const { functions, local, remote, bindings } = application;
  const kept = keptEgresses(bindings);
  const bound = new Set(bindings.map(({ part }) => part.typename));
  let admin: Promise<AdminHost> | undefined;
  const host: SurfaceHost = {
    engine: "embedded",
    functionOf: (typename) => functions.get(typename),
    *functions() {
      for (const typename of functions.names()) yield functions.get(typename) ?? { typename };
    },
    isRemote: (typename) => local.get(typename) === undefined,
    keptEgress(typename) {
      const known = kept.get(typename);
      if (known !== undefined || unbound === undefined || bound.has(typename)) return known;
      // What operators did is for operators.
      if (isOwnNamespace(typename)) return undefined;
      // Of the others only those have a name that have had a record.
      const isKnown = unbound.names.has(typename) || engine().kept(typename, 0, 1).length > 0;
      return isKnown ? { typename, format: unbound.format } : undefined;
    },
    *keptEgresses() {
      yield* kept.values();
      if (unbound === undefined) return;
      for (const typename of new Set([...unbound.names, ...engine().keptEgresses()])) {
        if (kept.has(typename) || bound.has(typename) || isOwnNamespace(typename)) continue;
        yield { typename, format: unbound.format };
      }
    },
    now: () => engine().now(),
    async send(arrival) {
      const { number, isDuplicate } = await engine().send(arrival);
      return { id: `${engine().identity}-${number}`, duplicate: isDuplicate };
    },
    call: (arrival, timeoutMs, signal) => answered({ engine, clock }, arrival, timeoutMs, signal),
    kept: async (...asked) => (await looks()).lookAtKept(engine(), ...asked),
    waitKept: (egress, after, signal) => waitKept(engine(), egress, after, signal),
    recordId: ({ number }) => `${engine().identity}-${number}`,
    look: async (...asked) => (await looks()).lookAt(engine(), ...asked),
    deadLetters: async (...asked) => (await looks()).lookAtDead(engine(), ...asked),
    replay: (number) => engine().replay(number),
    discard: (number) => engine().discard(number),
    async health(withFigures) {
      const failure = engine().failure();
      const status = failure?.code ?? (engine().isDraining() ? "draining" : "ok");
      if (!withFigures) return { status, figures: {} };
      const { failure: _, isDraining, pendingMessages, runningSteps, ...rest } = engine().health();
      const mailboxes = { waiting: pendingMessages, running: runningSteps };
      const reason = failure && { reason: failure.message };
      return { status, figures: { ...reason, mailboxes, ...rest } };
    },
    admin() {
      admin ??= import("./admin/engine-admin.ts").then(({ engineAdmin }) =>
        engineAdmin({
          ...{ engine, host, counters, recording, imports },
          endpoints: remote?.names ?? [],
        }),
      );
      return admin;
    },
  };
  return host;
}

/** The egresses that `keep` has bound, by their typenames. */
export function keptEgresses(bindings: LocalApplication["bindings"]): Map<string, KeptEgress> {
  const kept = new Map<string, KeptEgress>();
  for (const { part } of bindings) {
    const how: unknown = part["~deliver"];
    if (!isRecord(how) || !isRecord(how["keep"])) continue;
    // Only `keep` sets it, to the format of its egress.
    const format = how["keep"]["format"] as KeptEgress["format"];
    kept.set(part.typename, { typename: part.typename, format });
  }
  return kept;
}

/** As `SurfaceHost.waitKept`, of one engine. */
export function waitKept(
  engine: Engine,
  egress: string,
  after: Position,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const stop = engine.watchKept(egress, end);
    signal.addEventListener("abort", end);
    try {
      // What came before anybody listened.
      if (signal.aborted || engine.kept(egress, after, 1).length > 0) end();
    } catch (error) {
      end();
      reject(error);
    }
  });
}
