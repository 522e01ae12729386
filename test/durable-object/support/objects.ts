import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { bundle } from "./build.ts";

/** In memory where there is such a folder: a hundred databases that each wait for the disk are no test of ours. */
const shared = "/dev/shm";

/** A folder for what objects store, which outlives their process. */
export const storageFolder = (): string =>
  mkdtempSync(join(existsSync(shared) ? shared : tmpdir(), "statefun-objects-"));

export interface Objects {
  /** Where objects store, in files named by their ids. */
  readonly folder: string;
  /** Where the Worker answers now: another port after a restart. */
  url(): string;
  /** Where debuggers are answered, with `isInspected`. */
  inspector(): Promise<URL>;
  /** Ends the process in the middle of whatever it does, and starts another one over the same storage. */
  restart(): Promise<void>;
  /** Ends the process; what is stored stays. */
  stop(): Promise<void>;
  /** As after a deploy: other bindings if they are given. */
  start(bindings?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

/** What a user's wrangler.toml may say otherwise. */
export interface Configuration {
  /** @default a recent one */
  readonly compatibilityDate?: string;
  /** @default none */
  readonly compatibilityFlags?: string[];
  /** False for a class that stands under `new_classes`. @default true */
  readonly useSQLite?: boolean;
  /** Whether a debugger may ask, for what is in memory. @default false */
  readonly isInspected?: boolean;
  /** Is given what the Worker prints. */
  readonly onOutput?: (text: string) => void;
}

/** A Worker of a test with its objects, on workerd, with storage in a folder that goes at the end. */
export async function startObjects(
  entry: string,
  bindings: Record<string, string> = {},
  {
    compatibilityDate = "2026-07-01",
    compatibilityFlags = [],
    useSQLite = true,
    isInspected = false,
    onOutput,
  }: Configuration = {},
): Promise<Objects> {
  const folder = storageFolder();
  const script = await bundle(entry);
  let miniflare: Miniflare | undefined;
  let url = "";
  let current = bindings;
  const start = async (next = current): Promise<void> => {
    current = next;
    miniflare = new Miniflare({
      modules: true,
      script,
      bindings: current,
      compatibilityDate,
      compatibilityFlags,
      durableObjects: { STATEFUN: { className: "StatefulObject", useSQLite } },
      durableObjectsPersist: join(folder, "storage"),
      host: "127.0.0.1",
      port: 0,
      ...(isInspected && { inspectorPort: 0 }),
      // Would be fetched from the network.
      cf: false,
      // Objects are ended on purpose, and the platform says so each time.
      handleRuntimeStdio: (...outputs: readonly Readable[]) => {
        for (const output of outputs) {
          if (onOutput !== undefined) output.on("data", (data) => onOutput(String(data)));
          else if (process.env["STATEFUN_LOG"] === undefined) output.resume();
          else output.pipe(process.stderr, { end: false });
        }
      },
    });
    url = (await miniflare.ready).origin;
  };
  const stop = async (): Promise<void> => {
    await miniflare?.dispose();
    miniflare = undefined;
  };
  await start();
  return {
    folder,
    url: () => url,
    inspector: async () => {
      if (miniflare === undefined) throw new Error("there is no process");
      return miniflare.getInspectorURL();
    },
    start,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
