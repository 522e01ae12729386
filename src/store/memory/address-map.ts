import type { WireAddress } from "../../model/invocation.ts";

/** A map by address. In two levels: a key of both texts would be built and hashed at every access. */
export class AddressMap<V> {
  readonly #typenames = new Map<string, Map<string, V>>();

  get(address: WireAddress): V | undefined {
    return this.#typenames.get(address.typename)?.get(address.id);
  }

  /** By id, those of one function. */
  of(typename: string): ReadonlyMap<string, V> | undefined {
    return this.#typenames.get(typename);
  }

  *values(): Generator<V, void, undefined> {
    for (const ids of this.#typenames.values()) yield* ids.values();
  }

  set(address: WireAddress, value: V): void {
    const { typename, id } = address;
    const ids = this.#typenames.get(typename);
    if (ids === undefined) this.#typenames.set(typename, new Map([[id, value]]));
    else ids.set(id, value);
  }

  delete(address: WireAddress): void {
    const ids = this.#typenames.get(address.typename);
    ids?.delete(address.id);
    if (ids?.size === 0) this.#typenames.delete(address.typename);
  }
}
