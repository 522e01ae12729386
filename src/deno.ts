export { serve } from "./adapters/deno.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
