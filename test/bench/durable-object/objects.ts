import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import type { ObjectFigures } from "./tally.ts";
import type { BurstOrder, HopOrder, Order } from "./worker.ts";

/** Of an object that sends and the one that it sends to. */
export interface PairFigures {
  readonly from: ObjectFigures;
  readonly to: ObjectFigures;
  /** What the receiver has stored. */
  readonly bytes: number;
}

export interface Objects {
  /** Fails unless the target has got exactly what was sent, this time and before. */
  send(order: BurstOrder | HopOrder): Promise<void>;
  /** Of objects by their names. Equal names: of one object. */
  figures(from: string, to: string): Promise<PairFigures>;
  close(): Promise<void>;
}

/** The Worker of this benchmark on workerd, with what it stores in a new folder in `parent`. */
export async function startObjects(
  script: string,
  parent: string,
  bindings: Record<string, string> = {},
): Promise<Objects> {
  const folder = mkdtempSync(join(parent, "statefun-bench-"));
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
      // It warns of every alarm that is set anew while its handler runs.
      output.resume();
      errors.resume();
    },
  });
  const url = (await miniflare.ready).origin;
  const ask = async (order: Order) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(order) });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.json();
  };
  const sent = new Map<string, number>();
  return {
    async send(order) {
      // Of a hop the ids are told apart by the caller.
      const target = `${order.way} ${order.id}`;
      const total = (sent.get(target) ?? 0) + order.messages;
      sent.set(target, total);
      // The Worker answers so.
      const { count } = (await ask(order)) as { count: number };
      if (count !== total) throw new Error(`${target} has got ${count} of ${total} messages`);
    },
    // The Worker answers so.
    figures: async (from, to) => (await ask({ way: "figures", from, to })) as PairFigures,
    close: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
