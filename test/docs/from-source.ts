/**
 * `node --import from-source.ts PROGRAM`: the package's own name leads to `src` instead of `dist`, as in all
 * tests, so that nobody tests what was built yesterday. The built package is the runtime matrix's.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const [, subpath = "index"] = /^statefun(?:\/([a-z-]+))?$/.exec(specifier) ?? [];
    if (!/^statefun(\/|$)/.test(specifier)) return next(specifier, context);
    return next(new URL(`../../src/${subpath}.ts`, import.meta.url).href, context);
  },
});
