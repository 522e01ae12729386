/**
 * `node --import from-source.ts PROGRAM`: the package's own name leads to `src` instead of `dist`, as in all
 * tests, so that nobody tests what was built yesterday. The built package is the runtime matrix's.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    // What package.json imports by a condition is a part of the package too.
    if (specifier === "#web-crypto") {
      return next(new URL("../../src/internal/web-crypto.node.ts", import.meta.url).href, context);
    }
    const [, subpath = "index"] = /^statefun(?:\/([a-z-]+))?$/.exec(specifier) ?? [];
    if (!/^statefun(\/|$)/.test(specifier)) return next(specifier, context);
    return next(new URL(`../../src/${subpath}.ts`, import.meta.url).href, context);
  },
});
