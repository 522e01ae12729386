import { loop } from "./loop.ts";

/** What is used here of the global `Bun`. */
declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    idleTimeout: number;
    fetch(request: Request): Promise<Response>;
  }): { readonly port: number };
};

const { port } = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 60,
  fetch: async ({ url }) => new Response(await loop(url)),
});
console.log(JSON.stringify({ port }));
