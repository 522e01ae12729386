import type { Answer } from "../http/server-hints.ts";

/** What is used of a response of node:http. */
export interface NodeResponse {
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  on(event: "close", listener: () => void): unknown;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  end(bytes: Uint8Array): unknown;
}

/** Writes an answer as it is: node:http leaves out the body of one to HEAD. */
export function writeAnswer({ status, headers, bytes }: Answer, response: NodeResponse): void {
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.end(bytes);
}
