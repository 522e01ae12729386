/** What is used of the platform's own module; it exists only there. */
declare module "cloudflare:workers" {
  /** The bindings of the Worker. */
  export const env: Readonly<Record<string, unknown>>;
  /** Without it as a base, an object has no RPC. */
  export class DurableObject {
    constructor(state: never, env: never);
  }
}
