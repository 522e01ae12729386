import type { Engine } from "../engine/contract/engine.ts";
import type { PlaygroundHost } from "../surface/playground/playground-host.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/** Bookmarks are stored as the positions of sources are; no source of a connector has a name like this. */
const prefix = "~bookmark ";

/** The engine of this process, as the ports of the playground see it. */
export function playgroundHost(
  { functionOf, functions, send, keptEgress, kept }: SurfaceHost,
  engine: Engine,
  { maxMessageBytes, onError }: Pick<ResolvedRuntimeOptions, "maxMessageBytes" | "onError">,
): PlaygroundHost {
  return {
    functionOf,
    functionNames: () => Array.from(functions(), ({ typename }) => typename),
    send,
    keptEgress,
    kept,
    maxMessageBytes,
    bookmark: (reader) => engine.position(prefix + reader),
    setBookmark: (reader, position) =>
      new Promise((resolve, reject) => {
        const batch = { source: prefix + reader, position, messages: [] };
        engine.ingest(batch, (error) => (error === undefined ? resolve() : reject(error)));
      }),
    onError: (error) => {
      try {
        onError(error, {});
      } catch {
        // An error of the error handler must not cause another error.
      }
    },
  };
}
