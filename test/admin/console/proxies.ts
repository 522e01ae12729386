import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closing } from "../app.ts";

/** What a proxy makes of a request before it passes it on; an undefined path is not its own. */
export interface Passed {
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export type Rule = (request: IncomingMessage) => Passed;

/** A proxy in front of a server of this machine, over http or https. Its URL. */
export async function proxyOf(url: string, rule: Rule, isSecure = false): Promise<string> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { path, headers } = rule(request);
    if (path === undefined) return void response.writeHead(404).end("not of this proxy");
    const passed = { ...request.headers, ...headers };
    const { hostname, port } = new URL(url);
    const to = ask(
      { hostname, port, path, method: request.method, headers: passed, agent: false },
      (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.rawHeaders);
        answered.pipe(response);
      },
    );
    to.once("error", () => response.destroy());
    request.pipe(to);
  };
  const server = isSecure ? createSecureServer(certificate(), answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `${isSecure ? "https" : "http"}://127.0.0.1:${Object(server.address()).port}`;
}

function certificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "statefun-certificate-"));
  try {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name));
    const what = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const named = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const out = ["-keyout", `${key}`, "-out", `${cert}`, "-days", "2", "-nodes"];
    execFileSync("openssl", ["req", ...what, ...named, ...out], { stdio: "ignore" });
    return { key: readFileSync(`${key}`), cert: readFileSync(`${cert}`) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
