import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** A registry on a free port of this machine, which speaks as much of JSR as one package needs. */
export interface JsrRegistry {
  /** What `JSR_URL` has to be for Deno. */
  readonly url: string;
  /** The files of the package that was published, with their imports as the publisher rewrote them. */
  readonly published: string;
  close(): void;
}

const api = /^\/api\/scopes\/(\w+)\/packages\/(\w+)(?:\/versions\/([^/?]+))?(?:\?config=(.*))?$/;

/** Keeps what is published in a folder, and serves it from there. */
export async function startJsrRegistry(folder: string): Promise<JsrRegistry> {
  const published = join(folder, "package");
  const server = createServer((request, response) => {
    answer(published, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, published, close: () => server.close() };
}

async function answer(
  published: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "";
  const [isApi, scope, name, version, config] = api.exec(url) ?? [];
  const json = (status: number, value: object) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (isApi === undefined) {
    const body = fileAt(published, url);
    if (body === undefined) json(404, { code: "notFound", message: url });
    else if (typeof body === "string") response.end(body);
    else json(200, body);
  } else if (request.method === "POST") {
    const packed = await buffer(request);
    mkdirSync(published, { recursive: true });
    writeFileSync(`${published}.tar.gz`, packed);
    execFileSync("tar", ["-xzf", `${published}.tar.gz`, "-C", published]);
    const names = { packageScope: scope, packageName: name, packageVersion: version };
    json(200, { id: decodeURIComponent(config ?? ""), status: "success", error: null, ...names });
  } else if (version === undefined) json(200, {});
  else json(404, { code: "notFound", message: "no such version yet" });
}

/** A file of the package, or one of the two descriptions that JSR makes of it. */
function fileAt(published: string, url: string): string | object | undefined {
  const { name, version, exports } = JSON.parse(readFileSync(join(published, "jsr.json"), "utf8"));
  const path = url.replace(`/${name}/`, "");
  if (path === "meta.json") return { latest: version, versions: { [version]: {} } };
  if (path === `${version}_meta.json`) return { manifest: manifestOf(published), exports };
  const file = globSync("**/*", { cwd: published }).find((one) => `${version}/${one}` === path);
  return file === undefined ? undefined : readFileSync(join(published, file), "utf8");
}

function manifestOf(published: string): object {
  const files = globSync("**/*", { cwd: published }).filter((file) =>
    statSync(join(published, file)).isFile(),
  );
  const described = files.map((file) => {
    const bytes = readFileSync(join(published, file));
    const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
    return [`/${file}`, { size: bytes.length, checksum }];
  });
  return Object.fromEntries(described);
}
