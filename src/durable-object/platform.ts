import type { DurableObjectStorageLike } from "../store/drivers/durable-object-driver.ts";

/** What is used of the state that Cloudflare gives an object. */
export interface ObjectState {
  readonly id: { readonly name?: string; readonly jurisdiction?: string };
  readonly storage: DurableObjectStorageLike;
  blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
}

/** Structural: what the engine needs of a namespace, without @cloudflare/workers-types in the declarations. */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): unknown;
  get(id: never, options?: never): unknown;
  jurisdiction?(jurisdiction: never): unknown;
}

/**
 * The names of the bindings of `Env` that are namespaces of Durable Objects. Only the names of their members are looked
 * at: `wrangler types` writes a namespace with the class of its objects, and that class is made with this `Env`.
 */
export type DurableObjectBindings<Env> = {
  [K in keyof Env & string]: "idFromName" extends keyof Env[K] ? K : never;
}[keyof Env & string];
