import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { startProcess } from "../matrix/server-process.ts";
import { httpSuite } from "./suite.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "statefun-http-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A process of its own: ten thousand connections have two ends, and each end needs a descriptor. */
const start = (...args: readonly string[]) =>
  startProcess({
    command: process.execPath,
    args: ["--import", local("../docs/from-source.ts"), local("program.ts"), ...args],
  });

// The whole crowd is the matrix's; `limits.test.ts` has the ten thousand without their connections.
httpSuite("statefun/node with a file", () => start(join(directory, "store.db")), { crowd: 2_000 });

// The same without credentials: no `Request` is made of most of it.
httpSuite("statefun/node with a file, open", () => start(join(directory, "open.db"), "open"), {
  crowd: 2_000,
  isOpen: true,
});
