import { statSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

/** A file that was loaded, or looked for, as it was just before. */
export interface SeenFile {
  readonly path: string;
  readonly signature: string;
}

const ownFolder: string = fileURLToPath(new URL("../..", import.meta.url));
const loaded: string[] = [];

/** What tells two versions of a file apart. */
export function signatureOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "missing" : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/** Neither a package's nor of this program. */
export function isUserFile(path: string): boolean {
  return !/[\\/]node_modules[\\/]/.test(path) && !path.startsWith(ownFolder);
}

/** The user's files, as far as they were loaded. */
export function loadedFiles(): readonly string[] {
  return loaded;
}

/** Of a file that was loaded where no hook reports it: on Bun, on Deno, and on Node before 22.15. */
export function addLoaded(path: string): void {
  if (!loaded.includes(path)) loaded.push(path);
}

/** The file that a syntax error without a place is in. */
export function lastLoaded(): string | undefined {
  return loaded.at(-1);
}

/**
 * Reports every file of the user's that is imported from now on, before it is read; of one that is not there
 * too, since it may come. An older Node, before 22.15, cannot say, and then only the entry is known.
 */
export function followImports(onFile: (file: SeenFile) => void): void {
  const { registerHooks } = nodeModule as { registerHooks?: typeof nodeModule.registerHooks };
  const report = (url: string): void => {
    const path = pathOf(url);
    if (path !== undefined && isUserFile(path)) onFile({ path, signature: signatureOf(path) });
  };
  registerHooks?.({
    resolve(specifier, context, next) {
      if (/^\.{0,2}\//.test(specifier) && context.parentURL?.startsWith("file:")) {
        report(new URL(specifier, context.parentURL).href);
      }
      const result = next(specifier, context);
      report(result.url);
      return result;
    },
    load(url, context, next) {
      const path = pathOf(url);
      if (path !== undefined && isUserFile(path)) loaded.push(path);
      return next(url, context);
    },
  });
}

function pathOf(url: string): string | undefined {
  return url.startsWith("file:") ? fileURLToPath(url.replace(/[?#].*/s, "")) : undefined;
}
