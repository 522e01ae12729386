import type { Address } from "../sdk/addressing/address.ts";

/** An instance whose states have changed. */
export interface InstanceChange {
  /** The instance. It can be passed to `stateOf`. */
  readonly address: Address;
  /** The names of the states that were written or cleared. */
  readonly states: readonly string[];
}

/**
 * What a subclass of `StatefulObject` sees of it. The class itself is made with its engine: this one is a type alone, and a class
 * because only classes have members that are protected.
 */
export type DurableObjectInstance = ObjectInstance;

declare abstract class ObjectInstance {
  /** It is what `DurableObjectNamespace<T>`, as `wrangler types` writes it, asks of T. */
  readonly __DURABLE_OBJECT_BRAND: never;
  /** Answers 404: an object has no HTTP of its own, unless a subclass has. */
  fetch(request: Request): Promise<Response>;
  /** The engine's: a subclass that overrides it must call it, with what the platform says of the alarm. */
  alarm(info?: { readonly isRetry: boolean; readonly retryCount: number }): Promise<void>;
  /**
   * The states of an instance of this object, as its handler would find them: `initial` where nothing is stored. They survive a
   * crash when it resolves. Typed if the address comes from the reference that `bind` returned. Rejects with
   * `invalid_argument` for an address of another object, and with `unknown_function` if none of this name is bound. An object that has nothing
   * stores nothing for it.
   */
  protected readonly stateOf: <S>(address: Address<never, unknown, S>) => Promise<Readonly<S>>;
  /**
   * Called after each window (what the object did since the last commit) that changed states, once the change survives a
   * crash. Lists each changed instance once. Expiry is not reported, and a change is not reported if the object ends before the call:
   * treat it as a hint to read again. An error goes to `onError` and changes nothing. The engine does not wait for it, but synchronous
   * work in it blocks the whole isolate. @default not defined: changes are not collected
   */
  protected onCommit?(changes: readonly InstanceChange[]): void | Promise<void>;
}
