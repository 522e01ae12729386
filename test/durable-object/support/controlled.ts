interface Worker<Env> {
  fetch(request: Request, env: Env): Promise<Response>;
}

/** A Worker whose paths below `/test/` are those of its test: what `control` gives for one is the answer, as JSON. */
export function controlled<Env>(
  worker: Worker<Env>,
  control: (path: string, query: URLSearchParams, env: Env) => Promise<unknown>,
): Worker<Env> {
  return {
    async fetch(request, env) {
      const { pathname, searchParams } = new URL(request.url);
      if (!pathname.startsWith("/test/")) return worker.fetch(request, env);
      return Response.json((await control(pathname, searchParams, env)) ?? null);
    },
  };
}
