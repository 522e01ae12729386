import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { createRequire } from "node:module";

/*
 * What is used of @restatedev/restate-sdk, said here so that types can be checked where only the root is installed.
 */

export interface ObjectContext {
  get<T>(name: string): Promise<T | null>;
  set<T>(name: string, value: T): void;
}

interface Restate {
  object(definition: {
    readonly name: string;
    readonly handlers: Readonly<
      Record<string, (context: ObjectContext, input: number) => Promise<number>>
    >;
  }): object;
  createEndpointHandler(options: {
    readonly services: readonly object[];
  }): (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}

// The names are those of its documentation; a wrong one fails before anything is measured.
export const restate = createRequire(import.meta.url)("@restatedev/restate-sdk") as Restate;
