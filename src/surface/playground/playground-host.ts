import type { SurfaceHost } from "../surface-host.ts";

/** What the playground's ports need of an application that runs. */
export interface PlaygroundHost
  extends Pick<SurfaceHost, "functionOf" | "send" | "keptEgress" | "kept"> {
  /** Those that are known by name. */
  functionNames(): Iterable<string>;
  readonly maxMessageBytes: number;
  /** Where a reader of kept records has got to; undefined for one that never said so. */
  bookmark(reader: string): string | undefined;
  /** Resolves when that survives a crash. */
  setBookmark(reader: string, position: string): Promise<void>;
  /** Gets errors that no request asked for. Never throws. */
  onError(error: unknown): void;
}
