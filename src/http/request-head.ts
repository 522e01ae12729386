import type { WaitSignal } from "../internal/deadline.ts";

/** What is read of the headers of a request: a `Headers` is one. In the order of their names. */
export interface HeaderReader extends Iterable<[string, string]> {
  /** The name is in lower case. Several values of a name are one, with commas. */
  get(name: string): string | null;
  has(name: string): boolean;
  /** Whether a name begins with this. @default it may */
  mayBegin?(start: string): boolean;
}

/** What a request says before its body: a `Request` is one, and a server of ours makes smaller ones. */
export interface RequestHead {
  readonly method: string;
  /** The target as it came, a path, or a whole URL. */
  readonly url: string;
  readonly headers: HeaderReader;
  /** Aborts when the client leaves. */
  readonly signal: WaitSignal;
}
