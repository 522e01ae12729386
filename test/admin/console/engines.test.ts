import { Hono } from "hono";
import { consoleApp } from "statefun/console";
import { serve } from "statefun/node";
import { createTestRuntime } from "statefun/testing";
import { describe } from "vitest";
import { closing, functions, http, start } from "../app.ts";
import { registerServed } from "./served.ts";

const { authenticate } = http.admin ?? { authenticate: "none" };
const admin = { authenticate, console: consoleApp({ name: "production" }) };
const mounted = { ...http, admin };

/** A server that is started with the first request of a test. */
function lazily(begin: () => Promise<string>, base = "") {
  return async (path: string, init?: RequestInit): Promise<Response> => {
    const url = await begin();
    return fetch(`${url}${base}${path}`, init);
  };
}

async function listening(fetch: (request: Request) => Response | Promise<Response>) {
  const server = await serve({ fetch, port: 0 });
  closing(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

describe("the console of createRuntime", () => {
  registerServed(lazily(async () => (await start({ http: mounted })).url));
});

describe("the console below a base path", () => {
  const options = { http: { ...mounted, basePath: "/shop/api" } };
  registerServed(lazily(async () => (await start(options)).url, "/shop/api"));
});

describe("the console of a runtime that only operators reach, with pages of other origins let in", () => {
  const only = { admin, cors: { origins: ["http://a.example"], admin: true } };
  registerServed(lazily(async () => (await start({ http: only })).url));
});

describe("the console in a Hono app", () => {
  const begin = async () => {
    const { runtime } = await start({ http: { ...mounted, basePath: "/app" } });
    const app = new Hono();
    app.get("/", (context) => context.text("its own page"));
    app.all("/app/*", (context) => runtime.fetch(context.req.raw));
    return listening(app.fetch);
  };
  registerServed(lazily(begin, "/app"));
});

describe("the console of createTestRuntime", () => {
  const begin = async () => {
    const runtime = await createTestRuntime(functions, { http: { admin } });
    closing(() => runtime.close());
    return listening(runtime.fetch);
  };
  registerServed(lazily(begin));
});
