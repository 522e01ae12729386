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
