import type { Engine } from "../../engine/contract/engine.ts";
import { createExportWriter } from "../../export-format/writer.ts";
import { StateFunError } from "../../internal/errors.ts";
import { isFileStore } from "../../store/backup-source.ts";
import { platformSha256 } from "./platform-sha256.ts";
import { snapshotBytes, type WrittenSnapshot } from "./snapshot-bytes.ts";

/** What is exported, and how its values are read. */
export interface Exported extends Pick<WrittenSnapshot, "host"> {
  /** The engine that runs now. */
  readonly engine: () => Engine;
}

/**
 * An engine of this process as it is at one moment, as the bytes of an export. They are made as they are asked for, and nothing waits
 * for them.
 */
export async function* exportBytes(
  { engine, host }: Exported,
  withValues: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const exported = engine();
  assertOpen(exported);
  const { store } = exported.partition.options;
  // What was acknowledged is in it …
  await exported.flush();
  const snapshot = await store.snapshot?.();
  if (snapshot === undefined) {
    throw new StateFunError("unsupported", "this store cannot be read at one moment");
  }
  try {
    // … and what is in it survives a crash.
    await exported.flush();
    const kind = isFileStore(store) ? "sqlite" : "memory";
    const written = { engine: kind, host, withValues };
    const writer = createExportWriter({ digest: platformSha256() });
    for await (const bytes of snapshotBytes(snapshot, writer, written)) {
      assertOpen(exported);
      yield bytes;
    }
  } catch (error) {
    // A store that closes has closed its snapshots.
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
