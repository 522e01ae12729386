/** What is used of a request of node:http. */
export interface NodeRequest {
  readonly method?: string;
  readonly url?: string;
  /** Names and values in turn, as they came: a name that stands twice is there twice. */
  readonly rawHeaders: readonly string[];
  readonly destroyed: boolean;
  /** Something of the body that has come and nobody has read; null where there is nothing. */
  read(): Uint8Array | null;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "close" | "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** What is used of a response of node:http. */
export interface NodeResponse {
  /** Null while an earlier request of the connection is not answered. */
  readonly socket: unknown;
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  on(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  end(bytes: Uint8Array): unknown;
  end(text: string, encoding: "latin1"): unknown;
}
