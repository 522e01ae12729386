import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { quickTests } from "../quick-tests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What starts processes, threads or servers. */
const heavy =
  /^(?:node:(?:child_process|worker_threads|cluster|http|net)|miniflare|wrangler|esbuild)$/;

/** Everything that a test imports of `test`, by itself or through others. */
function importsOf(path: string, seen = new Map<string, readonly string[]>()) {
  if (seen.has(path) || !existsSync(join(root, path))) return seen;
  const text = readFileSync(join(root, path), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import\(|^import) ?"([^"]+)"/gm)].map(
    ([, specifier = ""]) => specifier,
  );
  seen.set(path, specifiers);
  for (const specifier of specifiers.filter((one) => one.startsWith("."))) {
    importsOf(join(dirname(path), specifier), seen);
  }
  return seen;
}

it("starts no process and no server in a quick test", () => {
  expect(quickTests.length).toBeGreaterThan(50);
  const found = quickTests.flatMap((test) =>
    [...importsOf(test)].flatMap(([path, specifiers]) =>
      specifiers.filter((one) => heavy.test(one)).map((one) => `${test}: ${path} imports ${one}`),
    ),
  );
  expect(found).toEqual([]);
});
