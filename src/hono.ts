export { statefun } from "./adapters/hono.ts";
