/** What `env` and `exports` of `cloudflare:workers` have; `npx wrangler types` writes the same. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./index.ts");
  }
  interface Env {
    readonly STATEFUN: DurableObjectNamespace<import("./index.ts").StatefulObject>;
  }
}
