import { join } from "node:path";
import { lockSuite } from "../locks/lock-suite.ts";
import { outDir } from "./build.ts";
import { bun, deno, node } from "./store-commands.ts";

/** From here the built package is found. */
const owner = join(outDir, "locks.mjs");

lockSuite("Node 22", () => [node(22), owner]);
lockSuite("Bun", () => [bun, owner]);
// It starts processes and threads of its own; `store.matrix.ts` has Deno with the folder alone.
lockSuite("Deno", () => [...deno(["--allow-all"]), owner]);
