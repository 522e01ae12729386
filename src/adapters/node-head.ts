import type { HeaderReader, RequestHead } from "../http/request-head.ts";
import type { WaitSignal } from "../internal/deadline.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";

/** A request of node:http as checks read it: nothing of it is copied before somebody asks. */
export class NodeHead implements RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeHeaders;
  readonly #response: NodeResponse;

  constructor({ method = "", url = "", rawHeaders }: NodeRequest, response: NodeResponse) {
    this.method = method;
    this.url = url;
    this.headers = new NodeHeaders(rawHeaders);
    this.#response = response;
  }

  get signal(): WaitSignal {
    return new Leaving(this.#response);
  }
}

/** Says when the client leaves before it is answered. An `AbortController` for each request takes much longer. */
class Leaving implements WaitSignal {
  readonly #response: NodeResponse;

  constructor(response: NodeResponse) {
    this.#response = response;
  }

  get aborted(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  get reason(): unknown {
    return this.aborted ? "the client has disconnected" : undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  // Whoever listens stops when it has its answer, which is before that is written.
  addEventListener(_: "abort", listener: () => void): void {
    this.#response.on("close", listener);
  }

  removeEventListener(_: "abort", listener: () => void): void {
    this.#response.off("close", listener);
  }
}

/** As `Headers` would read them, without the checks that the parser of node:http has made already. */
class NodeHeaders implements HeaderReader {
  /** Names and values in turn. They are few, and looked for as they came. */
  readonly #raw: readonly string[];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    let found: string | null = null;
    for (let at = 1; at < this.#raw.length; at += 2) {
      const other = this.#raw[at - 1] ?? "";
      if (other.length !== name.length || !isName(other, name)) continue;
      const value = this.#raw[at] ?? "";
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  mayBegin(start: string): boolean {
    const { length } = start;
    for (let at = 0; at < this.#raw.length; at += 2) {
      const name = this.#raw[at] ?? "";
      if (name.length >= length && isName(name.slice(0, length), start)) return true;
    }
    return false;
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    // In one pass: whoever sends thousands of them must not cost more than that many.
    const values = new Map<string, string>();
    for (let at = 1; at < this.#raw.length; at += 2) {
      const name = (this.#raw[at - 1] ?? "").toLowerCase();
      const before = values.get(name);
      const value = this.#raw[at] ?? "";
      values.set(name, before === undefined ? value : `${before}, ${value}`);
    }
    for (const name of [...values.keys()].sort()) yield [name, values.get(name) ?? ""];
  }
}

/** `name` is in lower case. */
function isName(other: string, name: string): boolean {
  return other === name || other.toLowerCase() === name;
}
