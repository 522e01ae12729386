import { writeFileSync } from "node:fs";
import { serve } from "statefun/node";
import { memoryStore, type Store } from "statefun/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { run } from "./support/command.ts";
import { fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { bodyOf, parsed, storedExport } from "./support/stored.ts";

const accounts = 300;

const statefunImport = (url: string, from: string) =>
  run("import", "--url", url, "--from", from, "--json").ended;

type Disk = "well" | "full" | "broken";

/** A disk that is full for as long as it is said to be, or breaks for good. */
function storeOn(store: Store, disk: { is: Disk }): Store {
  return {
    "~store": (): EngineStore => {
      const inner = engineStoreOf(store);
      return overridden<EngineStore, EngineStore>(inner, {
        commit(window) {
          if (disk.is === "full") throw new Error("the disk is full");
          if (disk.is === "broken") throw Object.assign(new Error("broken"), { isFinal: true });
          inner.commit(window);
        },
      });
    },
  };
}

describe("statefun import into a server that is slow to write", { timeout: 120_000 }, () => {
  const file = temporaryFiles();
  const path = file("export");
  let bytes: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, accounts);
    bytes = await storedExport(source);
    writeFileSync(path, bytes);
  });

  /** The disk gets better, or worse, when the answer has begun: what waits for the end before it answers would wait for ever. */
  async function imported(then: Disk) {
    const inner = memoryStore();
    const disk: { is: Disk } = { is: "well" };
    const runtime = await openShop(shopFunctions({ withLater: false }), {
      ...{ store: storeOn(inner, disk), paused: true },
      http: { authenticate: "none", admin: { authenticate: () => "write" } },
    });
    disk.is = "full";
    const heads: unknown[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const response = await runtime.fetch(request);
      if (new URL(request.url).pathname !== "/admin/import") return response;
      heads.push([response.status, response.headers.get("content-type")]);
      disk.is = then;
      return response;
    };
    const server = await serve({ fetch, port: 0, hostname: "127.0.0.1" });
    const ended = await statefunImport(`http://127.0.0.1:${server.port}`, path);
    await server.close();
    await runtime.close().catch(() => {});
    expect(heads).toEqual([[200, "application/x-ndjson"]]);
    return { ended, inner };
  }

  it("has its answer begin before anything is written, and says at the end what came", async () => {
    const { ended, inner } = await imported("well");
    expect(ended).toMatchObject({ code: 0, errors: "" });
    expect(JSON.parse(ended.out)).toMatchObject({ instances: accounts, isDuplicate: false });
    expect(bodyOf(await storedExport(inner))).toBe(bodyOf(bytes));
  });

  it("says at the end why it was given up, though the answer had begun well", async () => {
    const { ended } = await imported("broken");
    expect(ended).toMatchObject({ code: 3, out: "" });
    expect(ended.errors).toMatch(/^statefun: .*\(store_failed, POST \S+\/admin\/import\)\n$/);
  });

  it("says what to do where the answer is cut off", async () => {
    const { sha256 } = parsed(bytes).at(-1) ?? {};
    const fetch = async (request: Request): Promise<Response> => {
      if (request.method !== "POST") return Response.json({ engine: "embedded", sha256 });
      await request.arrayBuffer();
      const line = '{"progress":{"phase":"write","lines":7,"bytes":700}}\n';
      return new Response(line, { headers: { "content-type": "application/x-ndjson" } });
    };
    const server = await serve({ fetch, port: 0, hostname: "127.0.0.1" });
    const ended = await statefunImport(`http://127.0.0.1:${server.port}`, path);
    await server.close();
    expect(ended).toMatchObject({ code: 3, out: "" });
    expect(ended.errors).toMatch(/cut off: the import may go on there, so repeat the command/);
  });
});
