import { join } from "node:path";

const hook = join(import.meta.dirname, "resolve-package.ts");

/** The flags of every Node process here. Type stripping warns on some lines of Node. */
export const nodeFlags: readonly string[] = [
  "--import",
  hook,
  "--disable-warning=ExperimentalWarning",
];

export function programPath(name: string): string {
  return join(import.meta.dirname, "programs", `${name}.ts`);
}
