import type { Engine } from "../../engine/contract/engine.ts";
import type { Store as EngineStore } from "../../engine/contract/store.ts";
import type { ImportSummary } from "../moving.ts";
import type { ImportRequest, Imports } from "./imports.ts";
import type { ExportBytes } from "./read-once.ts";

/** The imports of a runtime, which are loaded with the first one. */
export class LazyImports {
  readonly #engine: Engine;
  readonly #store: EngineStore;
  #loading: Promise<Imports> | undefined;
  #isStopped = false;

  constructor(engine: Engine, store: EngineStore) {
    this.#engine = engine;
    this.#store = store;
  }

  get isUsed(): boolean {
    return this.#loading !== undefined;
  }

  async import(bytes: ExportBytes, request?: ImportRequest): Promise<ImportSummary> {
    this.#loading ??= import("./imports.ts").then(
      ({ Imports }) => new Imports(this.#engine, this.#store),
    );
    const imports = await this.#loading;
    if (this.#isStopped) await imports.stop();
    return imports.import(bytes, request);
  }

  /** Resolves when none is at work any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await (await this.#loading)?.stop();
  }
}
