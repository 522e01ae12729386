import { assertKnownKeys, invalid, isWellFormed } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { ConsoleApp } from "../surface/mounted-console.ts";
import { answerFile } from "./answer-file.ts";
import { type ConsoleFiles, filesOf } from "./console-files.ts";

export interface ConsoleOptions {
  /**
   * What the page calls this application in its header, like `"production"`: one line of at most 40 characters. With it, two
   * consoles do not look alike, and an operator does not delete in the wrong one.
   * @default none: no name is shown
   */
  readonly name?: string;
}

const maxNameLength = 40;

/**
 * The console: a page for operators at `/admin/console/`, for the option `http.admin.console`. Its files are in this package, so
 * it needs no file system, and they are loaded with its first request. Throws `invalid_argument` for invalid options.
 *
 * @example
 * ```ts
 * import { StatefulFunctions } from "statefun";
 * import { consoleApp } from "statefun/console";
 * import { bearerToken } from "statefun/http";
 * import { createRuntime, memoryStore } from "statefun/runtime";
 *
 * const functions = new StatefulFunctions();
 * const runtime = await createRuntime({
 *   modules: [functions],
 *   store: memoryStore(),
 *   http: {
 *     admin: { authenticate: bearerToken("secret"), console: consoleApp({ name: "production" }) },
 *   },
 * });
 * await runtime.close();
 * ```
 */
export function consoleApp(options: ConsoleOptions = {}): ConsoleApp {
  assertKnownKeys(options, ["name"], "the options of consoleApp");
  const { name } = options;
  if (name !== undefined) assertName(name);
  let files: Promise<ConsoleFiles> | undefined;
  const load = (): Promise<ConsoleFiles> =>
    import("./assets.ts").then((assets) => filesOf(assets, name));
  return {
    async "~console"(request, path) {
      files ??= load().catch((error) => {
        // What failed once, as a file that a deploy is replacing, may be there for the next request.
        files = undefined;
        throw error;
      });
      return answerFile(request, path, await files);
    },
  };
}

function assertName(name: unknown): void {
  const isName =
    typeof name === "string" &&
    isWellFormed(name) &&
    name.trim() !== "" &&
    [...name].length <= maxNameLength &&
    !/[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]/u.test(name);
  if (isName) return;
  throw invalid(
    `name of consoleApp must be one line of 1 to ${maxNameLength} characters, got ${show(name)}`,
  );
}
