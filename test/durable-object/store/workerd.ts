import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** What an object says it did. */
export interface Answer {
  readonly result?: unknown;
  readonly failure?: string;
}

export interface Workerd {
  /** Asks an object, which is made by its name if it has never been asked. Rejects where it is gone meanwhile. */
  ask(object: string, what: string, name?: string): Promise<Answer>;
  /** Ends the process, and starts another one over the same storage. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** The Worker of `worker.ts` on workerd, with storage in a folder that goes at the end. */
export async function startWorkerd(): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-object-"));
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "worker.ts")],
    bundle: true,
    format: "esm",
    write: false,
    conditions: ["workerd", "worker", "browser"],
    target: "es2024",
    tsconfigRaw: {},
    logLevel: "warning",
  });
  const script = outputFiles[0]?.text ?? "";
  const start = () =>
    new Miniflare({
      modules: true,
      script,
      compatibilityDate: "2026-07-01",
      durableObjects: { STORES: { className: "StoreObject", useSQLite: true } },
      durableObjectsPersist: join(folder, "storage"),
      host: "127.0.0.1",
      port: 0,
      // Would be fetched from the network.
      cf: false,
    });
  let miniflare = start();
  await miniflare.ready;
  return {
    ask: async (object, what, name = "") => {
      const path = [what, name].map(encodeURIComponent).join("/");
      const url = new URL(`/${path}?object=${encodeURIComponent(object)}`, await miniflare.ready);
      const response = await fetch(url);
      if (response.status !== 200) return { failure: await response.text() };
      return (await response.json()) as Answer;
    },
    restart: async () => {
      await miniflare.dispose();
      miniflare = start();
      await miniflare.ready;
    },
    end: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
