export { serve } from "./adapters/bun.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
