import type { Engine } from "../../engine/contract/engine.ts";
import { Turns } from "../../engine/views/turns.ts";
import { formatVersion } from "../../export-format/records.ts";
import { createExportWriter } from "../../export-format/writer.ts";
import { StateFunError } from "../../internal/errors.ts";
import { isFileStore } from "../../store/backup-source.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import { noReadables, partitionLines } from "./partition-lines.ts";
import { exportedFunctions, readablesOf } from "./readables.ts";

/** What is exported, and how its values are read. */
export interface Exported {
  /** The engine that runs now. */
  readonly engine: () => Engine;
  readonly host: Pick<SurfaceHost, "functionOf" | "functions" | "keptEgress">;
}

/**
 * An engine of this process as it is at one moment, as the bytes of an export. They are made as they are asked for, a few milliseconds of
 * work at a time, and nothing waits for them.
 */
export async function* exportBytes(
  { engine, host }: Exported,
  withValues: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const exported = engine();
  assertOpen(exported);
  const { store } = exported.partition.options;
  // What was acknowledged is in it, and what is in it survives a crash.
  await exported.flush();
  const snapshot = store.snapshot?.();
  if (snapshot === undefined) {
    throw new StateFunError("unsupported", "this store cannot be read at one moment");
  }
  try {
    await exported.flush();
    const writer = createExportWriter();
    const header = {
      kind: "statefun-export",
      version: formatVersion,
      engine: isFileStore(store) ? "sqlite" : "memory",
      time: snapshot.time,
      functions: exportedFunctions(host),
    } as const;
    yield writer.lines([header]);
    const turns = new Turns();
    const pause = async (): Promise<void> => {
      if (turns.isOver) await turns.next();
    };
    const readables = withValues ? readablesOf(host) : noReadables;
    for await (const lines of partitionLines(snapshot, "", readables, pause)) {
      assertOpen(exported);
      yield writer.lines(lines);
    }
    yield writer.end();
  } catch (error) {
    // The store closes its snapshots.
    assertOpen(exported);
    throw error;
  } finally {
    snapshot.close();
  }
}

function assertOpen(engine: Engine): void {
  if (!engine.isDraining()) return;
  throw new StateFunError("draining", "the runtime is closing: its export was given up");
}
