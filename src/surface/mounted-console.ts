import { invalid } from "../internal/assert.ts";
import { peek, show } from "../internal/show.ts";

/**
 * The page for operators, made by `consoleApp` of `statefun/console`. This is all that the rest knows of it, so that a program
 * without it has no byte of it.
 */
export interface ConsoleApp {
  /**
   * Answers one request for the page or one of its files, which hold no data. `path` is what stands behind `/admin/console` in
   * parts: empty without a slash. Rejects if the files cannot be loaded.
   */
  readonly "~console": (request: Request, path: readonly string[]) => Promise<Response>;
}

/** Throws for anything that `consoleApp` has not made. */
export function assertConsole(given: unknown): void {
  if (given === undefined || typeof peek(given, "~console") === "function") return;
  throw invalid(
    `http.admin.console must be made by consoleApp of statefun/console, got ${show(given)}`,
  );
}
