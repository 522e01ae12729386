import { registerHooks } from "node:module";

/**
 * For `node --import`: lets the benchmarks, and what they share with other tests, find the built copy of the
 * package by its name, or another one that is beside `BENCH_BESIDE`. Node runs the TypeScript around it as it is.
 */
const beside = process.env["BENCH_BESIDE"] ?? new URL("dist/program.js", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    /^statefun(\/|$)/.test(specifier)
      ? nextResolve(specifier, { ...context, parentURL: beside })
      : nextResolve(specifier, context),
});
