import type { Engine } from "../engine/contract/engine.ts";
import type {
  IngressClaim,
  IngressHealth,
  IngressHost,
  RunningIngress,
  StartableIngress,
} from "../engine/contract/ingress-host.ts";
import type { Traffic } from "../engine/contract/telemetry/traffic.ts";
import { assertUserTypename, invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { Ingress, Owned } from "../sdk/modules/define-module.ts";

/** The ingresses of a runtime, from their start to their stop. */
export interface Ingresses {
  /** Resolves when nothing more will come in. Never rejects. */
  stop(drainMs: number): Promise<void>;
  health(): readonly IngressHealth[];
}

/** An ingress that can be started here, and whose it is. */
export interface OwnedIngress {
  readonly typename: string;
  readonly start: StartableIngress["start"];
}

/** Checks the ingresses of an application: each of its own name, and each with a connector that starts it. */
export function startableIngresses(ingresses: readonly Owned<Ingress>[]): OwnedIngress[] {
  const owners = new Map<string, string>();
  const claimed = new Map<string, string>();
  return ingresses.map(({ module, part }) => {
    const { typename } = part;
    assertUserTypename(typename, `the typename of an ingress of module ${show(module)}`);
    const other = owners.get(typename);
    if (other !== undefined) {
      const names =
        other === module ? `module ${show(module)}` : `modules ${show(other)} and ${show(module)}`;
      throw invalid(`ingress ${typename} is defined twice, in ${names}`);
    }
    owners.set(typename, module);
    for (const { key, conflict } of claimsOf(part)) {
      const before = claimed.get(key);
      if (before !== undefined && before !== typename) throw invalid(conflict(before));
      claimed.set(key, typename);
    }
    return { typename, start: startOf(module, part) };
  });
}

function claimsOf({ "~ingress": how }: Ingress): readonly IngressClaim[] {
  // Only a connector sets them.
  return (Object(how) as Partial<StartableIngress>).claims ?? [];
}

function startOf(
  module: string,
  { typename, "~ingress": how }: Ingress,
): StartableIngress["start"] {
  const { start, needs } = isRecord(how) ? how : { start: undefined, needs: undefined };
  if (typeof start === "function") return (host) => start(host);
  // One that a module file describes says itself what is missing.
  const what = `ingress ${typename} of module ${module} needs a connector to start it`;
  throw invalid(typeof needs === "string" ? needs : what);
}

/** Starts all of them, or rejects and has started none. */
export async function startIngresses(
  ingresses: readonly OwnedIngress[],
  engine: Engine,
  options: {
    readonly maxMessageBytes: number;
    readonly onError: (error: unknown) => void;
    /** @default nothing is counted */
    readonly traffic?: Traffic | undefined;
  },
): Promise<Ingresses> {
  const hostOf = (typename: string): IngressHost => ({
    identity: engine.identity,
    ingest(batch, done) {
      engine.ingest({ ...batch, ingress: typename }, done);
      options.traffic?.ingested(typename, batch.messages);
    },
    position: (source) => engine.position(source),
    pending: () => engine.pending(),
    now: () => engine.now(),
    maxMessageBytes: options.maxMessageBytes,
    onError: (error) => {
      try {
        options.onError(error);
      } catch {
        // An error of the error handler must not cause another error.
      }
    },
  });
  const running: RunningIngress[] = [];
  const stop = async (drainMs: number): Promise<void> => {
    await Promise.all(running.map((one) => one.stop(drainMs)));
  };
  try {
    for (const { typename, start } of ingresses) running.push(await start(hostOf(typename)));
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { stop, health: () => running.map((one) => one.health()) };
}
