import type { ActionResult, OrderedBy } from "../../engine/contract/actions.ts";
import type { ImportSummary } from "../moving.ts";
import type { ImportRequest, Imports, ImportTarget } from "./imports.ts";
import type { ExportBytes } from "./read-once.ts";

/** The imports of a runtime, which are loaded with the first one. */
export class LazyImports {
  readonly #target: ImportTarget;
  #loading: Promise<Imports> | undefined;
  #isStopped = false;

  constructor(target: ImportTarget) {
    this.#target = target;
  }

  get isUsed(): boolean {
    return this.#loading !== undefined;
  }

  async import(bytes: ExportBytes, request?: ImportRequest): Promise<ImportSummary> {
    return (await this.#loaded()).import(bytes, request);
  }

  /** With `by` it is written down. */
  async abandon(by?: OrderedBy): Promise<ActionResult> {
    return (await this.#loaded()).abandon(by);
  }

  async #loaded(): Promise<Imports> {
    this.#loading ??= import("./imports.ts").then(({ Imports }) => new Imports(this.#target));
    const imports = await this.#loading;
    if (this.#isStopped) await imports.stop();
    return imports;
  }

  /** Resolves when none is at work any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await (await this.#loading)?.stop();
  }
}
