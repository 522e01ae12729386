import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";

/** What a Worker of these tests uses of the platform. */
export interface ObjectState {
  readonly id: { readonly name?: string };
  readonly storage: {
    transactionSync<T>(body: () => T): T;
    sync(): Promise<void>;
    getAlarm(): Promise<number | null>;
    readonly sql: { exec(sql: string): Iterable<Record<string, unknown>> };
  };
  /** Ends the object at once: what is not safe is lost. */
  abort(reason: string): void;
}

export interface Namespace {
  idFromName(name: string): unknown;
  idFromString(id: string): unknown;
  get(id: never): unknown;
}

/** The class of an engine with all that it has: its type shows the handlers of the platform only. */
export type ObjectClass<Env> = new (
  state: ObjectState,
  env: Env,
) => ObjectRpc & {
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
};

/** The object of this name. */
export function objectOf<T>(namespace: Namespace, name: string): T {
  // Whatever a class has is there by RPC.
  return namespace.get(namespace.idFromName(name) as never) as T;
}
