import type { HeaderReader, RequestHead } from "../http/request-head.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";

/** A request of node:http as checks read it: nothing of it is copied before somebody asks. */
export class NodeHead implements RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeHeaders;
  readonly #response: NodeResponse;
  #leaving: AbortController | undefined;

  constructor({ method = "", url = "", rawHeaders }: NodeRequest, response: NodeResponse) {
    this.method = method;
    this.url = url;
    this.headers = new NodeHeaders(rawHeaders);
    this.#response = response;
  }

  get signal(): AbortSignal {
    if (this.#leaving === undefined) {
      const leaving = new AbortController();
      this.#leaving = leaving;
      const leave = (): void => {
        if (!this.#response.writableFinished) leaving.abort("the client has disconnected");
      };
      if (this.#response.destroyed) leave();
      else this.#response.on("close", leave);
    }
    return this.#leaving.signal;
  }
}

/** As `Headers` would read them, without the checks that the parser of node:http has made already. */
class NodeHeaders implements HeaderReader {
  readonly #values = new Map<string, string>();

  constructor(raw: readonly string[]) {
    for (let at = 1; at < raw.length; at += 2) {
      const name = raw[at - 1]?.toLowerCase() ?? "";
      const value = raw[at] ?? "";
      const first = this.#values.get(name);
      this.#values.set(name, first === undefined ? value : `${first}, ${value}`);
    }
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) yield [name, this.get(name) ?? ""];
  }
}
