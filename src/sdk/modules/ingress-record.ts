import type { Address, Sendable } from "../addressing/address.ts";
import type { HeadersInput, MessageHeaders } from "../types/headers.ts";

/** A record as a router in code gets it. */
export interface IngressRecord<V> {
  /** As UTF-8 text, U+FFFD where it is none; undefined for a record without a key. */
  readonly key: string | undefined;
  readonly value: V;
  readonly headers: MessageHeaders;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
}

export interface RouteContext {
  /** Headers of the record go along only where they are given: `{ headers: record.headers }`. */
  send<M = never>(
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options?: { readonly headers?: HeadersInput },
  ): void;
}
