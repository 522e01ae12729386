import { beforeAll, describe, expect, it } from "vitest";
import { adminRoutes } from "../../src/surface/admin/admin-routes.ts";
import { type Answered, start } from "./app.ts";

/** What each row answers to somebody who may, with parameters of nothing that there is. */
const rows = adminRoutes.map((row) => {
  const path = row.path.replace("{namespace}/{name}", "ops/cart").replaceAll(/\{\w+\}/g, "1");
  const needed = (row.query ?? []).filter(({ isNeeded }) => isNeeded === true);
  const values: Readonly<Record<string, string>> = { function: "ops/cart", of: "dead-letter" };
  const query = new URLSearchParams(needed.map(({ name }) => [name, values[name] ?? "1"]));
  return { ...row, at: `${path}?${query}` };
});

const refused: Readonly<Record<string, readonly [number, string]>> = {
  nobody: [401, "unauthenticated"],
  foreign: [403, "forbidden"],
  role: [403, "forbidden"],
  header: [403, "forbidden"],
  key: [400, "invalid_argument"],
};

describe.each(rows)("$method $path", ({ method, at, does, path, query, role = does }) => {
  const first = query?.[0]?.name ?? (does === "write" ? "why" : undefined);
  const isStream = path === "/admin/live";
  const ask = async (options: Parameters<Awaited<ReturnType<typeof start>>["ask"]>[1]) => {
    const { ask } = await start();
    const response = await ask(at, { method, ...options });
    const body: Answered =
      isStream && response.ok ? await response.body?.cancel() : await response.text();
    return { status: response.status, body };
  };
  const expectRefused = async (how: string, options: Parameters<typeof ask>[0]) => {
    const { status, body } = await ask(options);
    const [wanted, code] = refused[how] ?? [];
    expect({ status, body }).toMatchObject({ status: wanted });
    expect(JSON.parse(body)).toEqual({ error: { code, message: expect.any(String) } });
  };

  it("is for nobody without a role, whatever the hook gives instead", async () => {
    for (const as of ["", "stranger", "no", "other", "client"]) {
      await expectRefused("nobody", { as });
    }
  });

  it("is for no page of another origin", async () => {
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    await expectRefused("foreign", { headers });
    await expectRefused("foreign", { headers: { ...headers, "sec-fetch-site": "same-site" } });
  });

  it("is for every role that may", async () => {
    const may = role === "read" ? ["reader", "read", "writer", "write", "yes"] : ["writer", "yes"];
    for (const as of may) {
      const { status, body } = await ask({ as });
      expect([401, 403], body).not.toContain(status);
      if (status === 400) expect(body).not.toContain("Idempotency-Key");
    }
  });

  it.runIf(role === "write")("is not for a role that reads", async () => {
    await expectRefused("role", { as: "reader" });
    await expectRefused("role", { as: "read" });
  });

  it.runIf(does === "write")(
    "changes nothing without the header, or with another value",
    async () => {
      await expectRefused("header", { headers: { "statefun-admin": undefined } });
      await expectRefused("header", { headers: { "statefun-admin": "true" } });
    },
  );

  it.runIf(does === "write")(
    "changes nothing without a key, with an empty one, or too long a one",
    async () => {
      for (const key of [undefined, "", "x".repeat(1_025)]) {
        await expectRefused("key", { headers: { "idempotency-key": key } });
      }
    },
  );

  it("refuses a parameter that it does not have, and says which one was meant", async () => {
    const { ask } = await start();
    const response = await ask(`${at}&limits=1`, { method });
    const { error } = await response.json();
    expect([response.status, error.code]).toEqual([400, "invalid_argument"]);
    expect(error.message).toContain("limits");
  });

  it.runIf(first !== undefined)(
    "refuses a parameter that is there twice: only one of the two would count",
    async () => {
      const { ask } = await start();
      const response = await ask(`${at}&${first}=1&${first}=2`, { method });
      const { error } = await response.json();
      expect([response.status, error.code]).toEqual([400, "invalid_argument"]);
      expect(error.message).toContain(`the parameter "${first}" is there more than once`);
    },
  );

  it("answers what a browser never shows as a page", async () => {
    const { ask } = await start();
    const response = await ask(at, { method });
    expect(response.headers.get("content-type") ?? "none").not.toMatch(/html|xml|svg/);
    await response.body?.cancel();
  });
});

describe("what admin.authenticate gives", () => {
  let me: Answered;
  beforeAll(() => {
    me = async (as: string) => (await start()).read("/admin/me", { as });
  });

  it.each([
    ["reader", "rita", "read"],
    ["writer", "walter", "write"],
    ["yes", "operator", "write"],
    ["read", "operator", "read"],
    ["write", "operator", "write"],
  ])("%s is %s who may %s", async (as, who, role) => {
    expect(await me(as)).toMatchObject({ who, role, engine: "embedded" });
  });

  it.each(["empty", "wrong", "lost", "none", "half"])(
    "%s lets nobody in, and onError has the reason",
    async (as) => {
      const { ask, errors } = await start();
      const response = await ask("/admin/me", { as });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("admin.authenticate");
      expect(String(errors[0])).toMatch(/admin\.authenticate must give \{ who, role \}/);
    },
  );

  it("is everybody without authentication", async () => {
    const { read } = await start({ http: { admin: { authenticate: "none" } } });
    expect(await read("/admin/me", { as: "" })).toMatchObject({ who: "anybody", role: "write" });
  });

  it("shows the figures of health to both roles, where nothing else has credentials", async () => {
    const admin = { authenticate: () => ({ who: "rita", role: "read" }) as const };
    const { read } = await start({ http: { admin } });
    expect(await read("/health")).toHaveProperty("mailboxes");
  });
});

it("is checked below a base path as well, and only there", async () => {
  const admin = { authenticate: () => true };
  const { ask } = await start({ http: { admin, basePath: "/api" } });
  for (const path of ["/metrics", "/admin/me", "/api/metrics/x", "/api/admin"]) {
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  }
  for (const path of ["/api/metrics", "/api/admin/me"]) {
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
  }
});

it("has no row that changes something by GET, and none that reads by another method", () => {
  const others = adminRoutes.filter(({ does, method }) => (does === "read") !== (method === "GET"));
  expect(others).toEqual([]);
  const names = adminRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
});
