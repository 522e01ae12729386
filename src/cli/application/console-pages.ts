type Fetch = (request: Request) => Promise<Response>;

/** Where browsers find the console of `statefun dev`. */
export interface ConsolePages {
  /** Whether a path is that of the console, or leads to it. */
  has(path: string): boolean;
  /** The same server, which sends a browser that opens its first page to the console. Programs are answered as ever. */
  leadingTo(fetch: Fetch): Fetch;
}

/** `basePath` as the surface has it. */
export function consolePages(basePath: string): ConsolePages {
  const page = `${basePath}/admin/console`;
  // Relative, because a proxy in front may have a path of its own. The dot: what has a colon would be a scheme.
  const ways = new Map([
    [basePath, `./${basePath.replace(/.*\//, "")}/admin/console/`],
    [`${basePath}/`, "./admin/console/"],
    ["/", `.${page}/`],
  ]);
  return {
    has: (path) => ways.has(path) || path === page || path === `${page}/`,
    leadingTo: (fetch) => async (request) => {
      const location = isBrowser(request) ? ways.get(new URL(request.url).pathname) : undefined;
      if (location === undefined) return fetch(request);
      const headers = { location, vary: "accept", "cache-control": "no-store" };
      return new Response(null, { status: 307, headers });
    },
  };
}

function isBrowser({ method, headers }: Request): boolean {
  const isRead = method === "GET" || method === "HEAD";
  return isRead && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}
