import { methodNotAllowed, notFound, responseOf } from "../surface/answers.ts";
import type { ConsoleFiles } from "./console-files.ts";

/** The page runs its own files and talks to its own server; no text of a stranger can become more than text there. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const hardening = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  // A page elsewhere cannot load a file to find out that there is a console.
  "cross-origin-resource-policy": "same-origin",
  // Asked again each time: the files have the same names after a deploy. What has not changed is a 304.
  "cache-control": "no-cache",
};

/**
 * One request for a file of the console. Whoever sends it: the files hold no data, and a link in a chat must open. Nothing is
 * compressed here: what stands in front of a public server does that, Cloudflare's network among it, and a browser asks for
 * the whole files once per deploy.
 */
export function answerFile(
  request: Request,
  path: readonly string[],
  files: ConsoleFiles,
): Response {
  const response = answered(request, path, files);
  for (const [name, value] of Object.entries(hardening)) response.headers.set(name, value);
  return response;
}

function answered(
  { method, headers }: Request,
  path: readonly string[],
  files: ConsoleFiles,
): Response {
  const name = path.join("/");
  const file = files.get(name);
  if (file === undefined) return responseOf(notFound(`/admin/console/${name}`));
  if (method !== "GET" && method !== "HEAD") {
    return responseOf(methodNotAllowed(method, "GET, HEAD"));
  }
  // The page names its files relatively. So does this: a proxy may have other paths.
  if (path.length === 0) {
    return new Response(null, { status: 307, headers: { location: "console/" } });
  }
  const { type, etag, bytes } = file;
  if (isKnown(headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers: { etag } });
  }
  const described = { "content-type": type, etag };
  return responseOf({ status: 200, headers: described, bytes });
}

/** Whether the browser has it. A proxy that compresses makes a tag a weak one. */
function isKnown(given: string | null, etag: string): boolean {
  if (given === null) return false;
  return given.split(",").some((one) => [etag, "*"].includes(one.trim().replace(/^W\//, "")));
}
