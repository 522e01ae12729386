import { relative } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { consoleApp } from "../../console/console-app.ts";
import { createDevRuntime } from "../../embedded/create-runtime.ts";
import type { RuntimeOptions } from "../../host/options.ts";
import { peek } from "../../internal/show.ts";
import { version } from "../../internal/version.ts";
import { applicationOf } from "../../sdk/modules/define-module.ts";
import { sqliteStore } from "../../store/file/sqlite-store.ts";
import { memoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store-handle.ts";
import type { ApplicationEvent, ApplicationSettings } from "../ipc.ts";
import { listen, urlOf } from "../listen.ts";
import { guess } from "../output/record-format.ts";
import { followImports } from "../supervisor/loaded-files.ts";
import { consolePages } from "./console-pages.ts";
import { describeApplication } from "./describe.ts";
import { boundHere, egressPlan } from "./egress-plan.ts";
import { type Entry, loadEntry } from "./entry.ts";
import { localPlan, type NamedModule } from "./local-plan.ts";
import { readModuleFile } from "./module-file.ts";
import { openPlayground, type RunningPlayground } from "./playground.ts";
import { createReporter, watchedStore } from "./report.ts";
import { prepareStoreFile } from "./store-file.ts";
import { serverWarning, watchedLoad } from "./watched-load.ts";

/** An earlier process that was killed may need a moment to let go of the file and of the port. */
const releaseWaitMs = 1_000;

const portAdvice = "choose another one with --port (0 takes any free port)";

export interface Running {
  /** As that of the runtime: rejects when the store has failed. */
  readonly closed: Promise<void>;
  close(drainMs: number): Promise<unknown>;
}

/** Loads the files, opens the store, listens, and says so. */
export async function startApplication(
  settings: ApplicationSettings,
  send: (event: ApplicationEvent) => Promise<void>,
): Promise<Running> {
  followImports((file) => void send({ event: "file", file }));
  const reporter = createReporter((happening) => void send(happening));
  const warn = (message: string): void => reporter.report(() => ({ event: "warning", message }));
  const entry = await watchedLoad(entryName(settings), () => entryOf(settings), warn);
  const given = entry.modules.map((module): NamedModule => ({ name: entryName(settings), module }));
  for (const path of settings.modules) {
    given.push(await readModuleFile(path, settings.startsConnectors, warn));
  }
  const { startsConnectors } = settings;
  const runs = localPlan(given, startsConnectors, warn);
  const { modules, playground } = runs;
  const own = boundHere(entry, startsConnectors);
  const egresses = [...runs.egresses, ...own.egresses];
  const application = applicationOf(modules);
  const ways = egressPlan(own.entry, application, egresses);
  const { store, where } = await storeOf(settings, entry);
  const { basePath = "" } = Object(entry.options["http"]);
  const options = {
    ...own.entry.options,
    onError: reporter.beside(entry.options["onError"]),
    modules: [...modules, ways.kept],
    store: watchedStore(
      store,
      reporter.report,
      ways.shown.map(({ typename }) => typename),
    ),
    http: {
      expose: "all",
      authenticate: "none",
      admin: { authenticate: "none", console: consoleApp({ name: "dev" }) },
      errorDetail: "full",
      origins: settings.origins,
      // Pages that may send may read as well.
      cors: { origins: settings.origins },
      basePath,
    },
  };
  const dev = await retriedWhile("store_locked", () =>
    // The entry says what they are, and the runtime checks them.
    createDevRuntime(options as unknown as RuntimeOptions, {
      names: new Set(egresses.map(({ typename }) => typename)),
      format: guess,
    }),
  );
  const { runtime } = dev;
  const { host, port, origins } = settings;
  const pages = consolePages(basePath);
  const served = serverWarning(entryName(settings));
  if (served !== undefined) warn(served);
  let ports: RunningPlayground | undefined;
  try {
    ports = await retriedWhile("unavailable", () =>
      openPlayground(dev.playground, playground, { host, origins }),
    );
    const server = await retriedWhile("unavailable", () =>
      listen({
        ...{ host, port, origins, advice: portAdvice },
        fetch: pages.leadingTo(runtime.fetch),
        isPage: pages.has,
      }),
    );
    const url = `${urlOf(host, server.port)}${basePath}`;
    await send({
      event: "listening",
      version,
      url,
      console: `${url}/admin/console/`,
      port: server.port,
      pid: process.pid,
      store: where,
      ...describeApplication(application, ways.shown, url),
      playground: ports.shown,
    });
    const { close } = ports;
    return {
      closed: runtime.closed,
      async close(drainMs) {
        // What a topic has shown is stored by the runtime; a request that does not end is not waited for.
        await Promise.race([close(), setTimeout(500)]);
        await Promise.all([runtime.close({ drainMs }), server.close()]);
      },
    };
  } catch (error) {
    await ports?.close();
    await runtime.close({ drainMs: 0 });
    throw error;
  }
}

function entryOf({ entry }: ApplicationSettings): Promise<Entry> | Entry {
  if (entry === undefined) return { modules: [], options: {}, egresses: [] };
  return loadEntry(entry, entryName({ entry }));
}

function entryName({ entry }: Pick<ApplicationSettings, "entry">): string {
  return entry === undefined ? "" : relative(".", entry);
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
async function retriedWhile<T>(code: string, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + releaseWaitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (peek(error, "code") !== code || performance.now() > end) throw error;
      await setTimeout(50);
    }
  }
}
