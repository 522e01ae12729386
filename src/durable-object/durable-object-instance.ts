import type { Address } from "../sdk/addressing/address.ts";

/** An instance whose states have changed. */
export interface InstanceChange {
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
   * Called after states have changed, when the change survives a crash: once for each window, which is what the object has done
   * since the one before, with each instance that has changed. It is told nothing of what expires. An end of the object may come
   * in between: then this change is told to nobody, so that it is a hint to look, and no queue. What it throws, or rejects with, goes to `onError`
   * and changes nothing. The engine does not wait for it, and what it does at once keeps all others of the isolate waiting.
   * Without it nothing is gathered.
   */
  protected onCommit?(changes: readonly InstanceChange[]): void | Promise<void>;
}
