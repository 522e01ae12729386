import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../../src/store/drivers/durable-object-driver.ts";
import { type ObjectStore, createObjectStore } from "../../../src/store/object/object-store.ts";
import { createHandle } from "../../../src/store/store-handle.ts";
import { Subject } from "../../store/subject.ts";
import { storeCases } from "../../store/suite.ts";
import { countedStorage } from "./counted-storage.ts";
import { differences } from "./differences.ts";
import { figures, figuresOfMany, idleBytes } from "./figures.ts";
import { type Program, programs } from "./programs.ts";

/** What an object has of the platform, as far as it is used here. */
interface State {
  readonly storage: DurableObjectStorageLike;
  abort(reason: string): void;
}

interface Env {
  readonly STORES: { idFromName(name: string): unknown; get(id: unknown): Fetcher };
}

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

/** An object that runs what it is asked to over its own storage, and says what came of it. */
export class StoreObject {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async fetch(request: Request): Promise<Response> {
    const [, what = "", name = ""] = new URL(request.url).pathname
      .split("/")
      .map(decodeURIComponent);
    try {
      return Response.json({ result: await this.#run(what, name) });
    } catch (error) {
      return Response.json({ failure: String(Object(error).stack ?? error) });
    }
  }

  /** Counts how often it was woken. */
  async alarm(): Promise<void> {
    // The engine only reads it.
    const kv = this.#state.storage.kv as DurableObjectStorageLike["kv"] & {
      put(key: string, value: string): void;
    };
    kv.put("alarms", String(Number(kv.get("alarms") ?? 0) + 1));
  }

  async #run(what: string, name: string): Promise<unknown> {
    const { storage } = this.#state;
    const open = (): ObjectStore => createObjectStore(() => durableObjectDriver(storage));
    if (what === "case") {
      const one = storeCases.find((found) => found.name === name);
      const subject = await Subject.open(() => () => createHandle(open));
      await one?.run(subject);
      return one?.name;
    }
    if (what === "differences") return differences(storage, Number(name));
    if (what === "figures") return figures(countedStorage(storage));
    if (what === "figures of many") return figuresOfMany(countedStorage(storage), Number(name));
    if (what === "idle bytes") return idleBytes(storage, Number(name));
    const program: Program | undefined = programs[what];
    return program?.({
      storage,
      open,
      abort: () => this.#state.abort("as a crash"),
      argument: name,
    });
  }
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const object = new URL(request.url).searchParams.get("object") ?? "";
    return env.STORES.get(env.STORES.idFromName(object)).fetch(request);
  },
};
