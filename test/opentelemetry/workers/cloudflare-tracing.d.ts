/** What workerd has of tracing, where our sources need none of it. */
declare module "cloudflare:workers" {
  export const tracing: import("statefun/opentelemetry").WorkersTracing;
}
