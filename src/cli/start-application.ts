import { relative } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { createDevRuntime } from "../embedded/create-runtime.ts";
import type { RuntimeOptions } from "../embedded/options.ts";
import { peek } from "../internal/show.ts";
import { version } from "../internal/version.ts";
import { applicationOf } from "../sdk/define-module.ts";
import { memoryStore } from "../store/memory-store.ts";
import { sqliteStore } from "../store/sqlite-store.ts";
import type { Store } from "../store/store-handle.ts";
import { describeApplication } from "./describe.ts";
import { type Entry, loadEntry } from "./entry.ts";
import type { ApplicationEvent, ApplicationSettings } from "./events.ts";
import { listen } from "./listen.ts";
import { followImports } from "./loaded-files.ts";
import { type ModuleFile, readModuleFile } from "./module-file.ts";
import { createReporter, watchedStore } from "./report.ts";
import { prepareStoreFile } from "./store-file.ts";
import { waysOut } from "./ways-out.ts";

/** An earlier process that was killed may need a moment to let go of the file and of the port. */
const letGoMs = 1_000;

export interface Running {
  close(drainMs: number): Promise<unknown>;
}

/** Loads the files, opens the store, listens, and says so. */
export async function startApplication(
  settings: ApplicationSettings,
  send: (event: ApplicationEvent) => Promise<void>,
): Promise<Running> {
  followImports((file) => void send({ event: "file", file }));
  const reporter = createReporter((happening) => void send(happening));
  const entry = await entryOf(settings);
  const warn = (message: string): void => reporter.tell(() => ({ event: "warning", message }));
  const files: ModuleFile[] = [];
  for (const path of settings.modules) files.push(await readModuleFile(path, warn));
  const modules = [...entry.modules, ...files.map(({ module }) => module)];
  const application = applicationOf(modules);
  const ways = waysOut(entry, application, files);
  const { store, where } = await storeOf(settings, entry);
  const { basePath = "" } = Object(entry.options["http"]);
  const options = {
    onError: reporter.onError,
    ...entry.options,
    modules: [...modules, ways.kept],
    store: watchedStore(store, reporter.tell),
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" }, basePath },
  };
  const runtime = await patiently("store_locked", () =>
    // The entry says what they are, and the runtime checks them.
    createDevRuntime(options as unknown as RuntimeOptions),
  );
  const server = await patiently("unavailable", () => listen(runtime.fetch, settings)).catch(
    async (error: unknown) => {
      await runtime.close({ drainMs: 0 });
      throw error;
    },
  );
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  const url = `http://${host}:${server.port}${basePath}`;
  await send({
    event: "listening",
    version,
    url,
    port: server.port,
    pid: process.pid,
    store: where,
    ...describeApplication(application, ways.shown, url),
  });
  return { close: (drainMs) => Promise.all([runtime.close({ drainMs }), server.close()]) };
}

function entryOf({ entry }: ApplicationSettings): Promise<Entry> | Entry {
  if (entry === undefined) return { modules: [], options: {}, egresses: [] };
  return loadEntry(entry, relative(".", entry));
}

async function storeOf(
  { file, isStoreGiven }: ApplicationSettings,
  { options }: Entry,
): Promise<{ readonly store: Store; readonly where: string }> {
  const { store } = options;
  // Checked by the runtime, as everything that an entry gives.
  if (!isStoreGiven && store !== undefined)
    return { store: store as Store, where: "the store of the entry" };
  if (file === undefined) return { store: memoryStore(), where: "memory" };
  await prepareStoreFile(file);
  return { store: sqliteStore(file), where: file };
}

/** Tries again for a moment while it fails in this way. */
async function patiently<T>(code: string, attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + letGoMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (peek(error, "code") !== code || Date.now() > end) throw error;
      await setTimeout(50);
    }
  }
}
