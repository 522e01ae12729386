import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What `npm run docs` writes. */
export const built: string = fileURLToPath(new URL("../../docs/site/dist/html", import.meta.url));

/** Every page, by its path, like `guides/types.html`. */
export function builtPages(): readonly string[] {
  const found = globSync("**/*.html", { cwd: built, exclude: ["files/**"] });
  if (found.length === 0) throw new Error(`there is no site in ${built}: npm run docs`);
  return found.map((path) => path.replaceAll("\\", "/")).sort();
}

export function readBuilt(path: string): string {
  return readFileSync(join(built, path), "utf8");
}

export function isBuilt(path: string): boolean {
  const file = join(built, path);
  return existsSync(file) && statSync(file).isFile();
}

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html"],
  [".js", "text/javascript"],
  [".css", "text/css"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".woff2", "font/woff2"],
]);

export interface SiteServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the site as any host of files does. */
export async function serveSite(): Promise<SiteServer> {
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = decodeURIComponent(pathname).replace(/\/$/, "/index.html");
    if (!isBuilt(path)) {
      response.writeHead(404).end();
      return;
    }
    const type = types.get(extname(path)) ?? "text/plain";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` });
    response.end(readFileSync(join(built, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
