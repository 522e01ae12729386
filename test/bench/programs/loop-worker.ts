import { loop } from "./loop.ts";

export default { fetch: async ({ url }: Request) => new Response(await loop(url)) };
