export { serve } from "./adapters/node.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
