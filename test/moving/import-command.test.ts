import { existsSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "statefun/node";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFiles } from "../store/temporary.ts";
import { run } from "./support/command.ts";
import { fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { bodyOf, storedExport } from "./support/stored.ts";

const accounts = 2_000;
const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe("statefun import", { timeout: 300_000 }, () => {
  const file = temporaryFiles();
  const path = file("export");
  let bytes: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, accounts);
    bytes = await storedExport(source);
    writeFileSync(path, bytes);
  });

  it("brings an export into a new file, once, and first looks whether it could", async () => {
    const store = file();
    const looked = await run("import", store, "--from", path, "--dry-run").ended;
    expect(looked).toMatchObject({ code: 0, errors: "" });
    expect(looked.out).toMatch(/^could be imported: 1 pause, 2,000 instances, 200 messages, /);
    expect(existsSync(store)).toBe(false);
    expect(await run("import", store, "--from", path).ended).toMatchObject({ code: 0, errors: "" });
    expect(bodyOf(await storedExport(sqliteStore(store)))).toBe(bodyOf(bytes));
    const again = await run("import", store, "--from", path, "--json").ended;
    expect(JSON.parse(again.out)).toMatchObject({ instances: accounts, isDuplicate: true });
  });

  it("leaves a store as it was, and names the line, where something is wrong", async () => {
    const broken = file("broken");
    writeFileSync(broken, bytes.slice(0, bytes.length / 2));
    const store = file();
    const ended = await run("import", store, "--from", broken).ended;
    expect(ended.code).not.toBe(0);
    expect(ended.errors).toMatch(/^statefun: line \d+ of the export: /);
    expect(existsSync(store)).toBe(false);
    expect(await run("import", store, "--from", path).ended).toMatchObject({ code: 0 });
  });

  it("is completed by the same command after its process was killed, whenever that was", async () => {
    const store = file();
    let kills = 0;
    for (; kills < 12; kills++) {
      const { child, ended } = run("import", store, "--from", path);
      const sizes = () => sizeOf(store) + sizeOf(`${store}-wal`);
      // Later in each life, once something is written.
      const begun = sizes();
      while (child.exitCode === null && sizes() <= begun + 100_000 * (kills % 4)) await pause(1);
      child.kill("SIGKILL");
      const { code } = await ended;
      if (code === 0) break;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await run("import", store, "--from", path).ended).toMatchObject({ code: 0 });
    expect(bodyOf(await storedExport(sqliteStore(store)))).toBe(bodyOf(bytes));
  });

  it("brings it into a running server", async () => {
    const store = memoryStore();
    const shop = shopFunctions({ withLater: false });
    const runtime = await openShop(shop, {
      store,
      paused: true,
      http: { authenticate: "none", admin: { authenticate: () => "write" } },
    });
    const server = await serve({ fetch: runtime.fetch, port: 0, hostname: "127.0.0.1" });
    try {
      const url = `http://127.0.0.1:${server.port}`;
      const first = await run("import", "--url", url, "--from", path, "--json").ended;
      expect(first.errors).toBe("");
      expect(JSON.parse(first.out)).toMatchObject({ instances: accounts, isDuplicate: false });
      const again = await run("import", "--url", url, "--from", path).ended;
      expect(again.out).toMatch(/^nothing was done: the export [0-9a-f]{64} was imported before/);
    } finally {
      await server.close();
      await runtime.close();
    }
    expect(bodyOf(await storedExport(store))).toBe(bodyOf(bytes));
  });

  it("says in one line what the server has answered, whatever that is", async () => {
    const answers: Record<string, () => Response> = {
      refused: () => {
        const error = { code: "conflict", message: "line 3 of the export: it is here already" };
        return Response.json({ error }, { status: 409 });
      },
      page: () => new Response("<p>Welcome</p>", { headers: { "content-type": "text/html" } }),
      other: () => Response.json({ hello: "there" }),
      moved: () => new Response(null, { status: 302, headers: { location: "/login" } }),
      // Cut off behind its beginning.
      broken: () => {
        let isBegun = false;
        const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
          if (isBegun) controller.error(new Error("away"));
          else controller.enqueue(new TextEncoder().encode("{"));
          isBegun = true;
        };
        return new Response(new ReadableStream({ pull }));
      },
    };
    const said: Record<string, RegExp> = {
      refused: /line 3 of the export: it is here already \(conflict, POST .*\)/,
      page: /is not from a statefun runtime: 200 text\/html/,
      other: /is not from a statefun runtime: 200 application\/json/,
      moved: /302/,
      broken: /^statefun: ./,
    };
    const fetch = async (request: Request) => {
      await request.arrayBuffer();
      return answers[new URL(request.url).pathname.split("/")[1] ?? ""]?.() ?? Response.error();
    };
    const server = await serve({ fetch, port: 0, hostname: "127.0.0.1" });
    const url = `http://127.0.0.1:${server.port}`;
    try {
      for (const name of Object.keys(answers)) {
        const { code, out, errors } = await run("import", "--url", `${url}/${name}`, "--from", path)
          .ended;
        expect({ name, out, lines: errors.trimEnd().split("\n").length }).toEqual({
          ...{ name, out: "", lines: 1 },
        });
        expect(errors).toMatch(said[name] ?? "");
        expect({ name, code }).toEqual({ name, code: name === "broken" ? 3 : 1 });
      }
    } finally {
      await server.close();
    }
    const away = await run("import", "--url", url, "--from", path).ended;
    expect(away.errors).toMatch(/^.*no answer from http:.*is it running there\?.*\n$/);
  });

  it.each([
    ["no export", ["import", "a.db"], /--from is missing/],
    [
      "a file that is not there",
      ["import", "a.db", "--from", "nowhere"],
      /--from must name a file/,
    ],
    [
      "a folder",
      ["import", "a.db", "--from", local(".")],
      /--from must name a file, got the folder/,
    ],
    [
      "a store and a server",
      ["import", "a.db", "--url", "http://127.0.0.1:1", "--from", local("shop.ts")],
      /--url is for a server: leave out a.db or --url/,
    ],
    ["two stores", ["import", "a.db", "b.db", "--from", "x"], /./],
  ])("refuses %s", async (_, args, expected) => {
    const { code, errors } = await run(...args).ended;
    expect(code).toBe(2);
    expect(errors).toMatch(expected);
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
