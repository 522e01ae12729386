/// <reference types="node" />

import { StateFunError } from "../../internal/errors.ts";

const pieceBytes = 262_144;

/** Bytes that were read once from a stream, to be read again: in a file that has no name, and goes with the process. */
export interface Spool {
  add(piece: Uint8Array): Promise<void>;
  /** All of them, a piece at a time, which is the reader's until it asks for the next one. */
  pieces(): AsyncGenerator<Uint8Array, void, undefined>;
  close(): Promise<void>;
}

/** In a folder with room for it. @default where the platform has temporary files */
export async function createSpool(folder: string | undefined): Promise<Spool> {
  const { fs, os, path, name } = await loaded();
  const file = path.join(folder ?? os.tmpdir(), `.statefun-import-${name}`);
  const handle = await fs.open(file, "wx+", 0o600).catch(failed);
  // From here on nobody finds it, and nothing is left of it whatever happens.
  await fs.unlink(file).catch(failed);
  let size = 0;
  return {
    async add(piece) {
      for (let from = 0; from < piece.length; ) {
        const rest = piece.subarray(from);
        const { bytesWritten } = await handle.write(rest, 0, rest.length, size).catch(failed);
        from += bytesWritten;
        size += bytesWritten;
      }
    },
    async *pieces() {
      const buffer = new Uint8Array(pieceBytes);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await handle.read(buffer, 0, pieceBytes, at).catch(failed);
        if (bytesRead === 0) failed("it is shorter than what was written to it");
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    close: () => handle.close(),
  };
}

async function loaded() {
  try {
    const [fs, os, path, crypto] = await Promise.all([
      import("node:fs/promises").catch(rethrow),
      import("node:os").catch(rethrow),
      import("node:path").catch(rethrow),
      import("node:crypto").catch(rethrow),
    ]);
    return { fs, os, path, name: crypto.randomUUID() };
  } catch (cause) {
    const text = "an import needs a file system, and this platform has none";
    throw new StateFunError("unsupported", text, { cause });
  }
}

/** Where it stands, bundlers for other platforms leave the import alone. */
function rethrow(error: unknown): never {
  throw error;
}

function failed(cause: unknown): never {
  const text = "the file that an import is kept in meanwhile cannot be used: the disk may be full";
  throw new StateFunError("store_failed", text, { cause });
}
