import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { outDir } from "./build.ts";

const built = join(outDir, "node_modules/statefun");
const copies = join(outDir, "copies");

/** Where hooks are called: `this.#options.observer?.accepted`, `recorder?.begin(…)`, `this.#traffic?.applied(…)`. */
const hook = /(?:this\.)?(?:#?\w+\.)*#?(?:observer|recorder|recording|traffic)\?\./g;
/** What reads an observer for one of them. */
const read = /const \{ observer \} = this\.#options;/g;
/** Fewer of them mean that they are called in another way now, and are not found. */
const leastHooks = 40;

/** A copy of the built package, by the URL of its `dist`. */
export function copyOf(name: string): string {
  const folder = join(copies, name, "node_modules/statefun");
  rmSync(folder, { recursive: true, force: true });
  cpSync(built, folder, { recursive: true });
  return pathToFileURL(`${join(folder, "dist")}/`).href;
}

/** The same without what calls observers, recorders and counters of traffic: not even a look whether there is one. */
export function copyWithoutHooks(name: string): string {
  const url = copyOf(name);
  let found = 0;
  for (const part of ["engine", "execution", "transport", "host"]) {
    const folder = new URL(`${part}/`, url);
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".js")) continue;
      const file = new URL(path, folder);
      const text = readFileSync(file, "utf8");
      found += text.match(hook)?.length ?? 0;
      writeFileSync(
        file,
        text.replace(read, "const observer = void 0;").replace(hook, "(void 0)?."),
      );
    }
  }
  if (found < leastHooks) throw new Error(`${found} hooks were found, which are too few`);
  return url;
}
