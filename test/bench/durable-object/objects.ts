import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import type { ObjectFigures, Order } from "./worker.ts";

export interface Objects {
  ask(order: Order): Promise<{ count: number }>;
  figures(id: string): Promise<{ from: ObjectFigures; to: ObjectFigures }>;
  close(): Promise<void>;
}

/** In memory where there is such a folder: each call of the bare ones would wait for the disk, which would be in our favour. */
const shared = process.env["SHM"] ?? "/dev/shm";

/** The Worker of this benchmark on workerd. */
export async function startObjects(
  script: string,
  bindings: Record<string, string> = {},
): Promise<Objects> {
  const folder = mkdtempSync(join(existsSync(shared) ? shared : tmpdir(), "statefun-bench-"));
  const miniflare = new Miniflare({
    modules: true,
    script,
    bindings,
    compatibilityDate: "2026-07-01",
    durableObjects: {
      STATEFUN: { className: "StatefulObject", useSQLite: true },
      BARE: { className: "Bare", useSQLite: true },
    },
    durableObjectsPersist: folder,
    host: "127.0.0.1",
    port: 0,
    // Would be fetched from the network.
    cf: false,
    handleRuntimeStdio: (output: Readable, errors: Readable) => {
      output.pipe(process.stderr, { end: false });
      errors.pipe(process.stderr, { end: false });
    },
  });
  const url = (await miniflare.ready).origin;
  const ask = async (order: Order) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(order) });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    // The Worker answers so.
    ask: (order) => ask(order) as Promise<{ count: number }>,
    figures: (id) =>
      ask({ way: "figures", id, messages: 0, characters: 0, piece: 0 }) as ReturnType<
        Objects["figures"]
      >,
    close: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
