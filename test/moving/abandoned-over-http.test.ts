import { serve } from "statefun/node";
import { memoryStore, type Runtime, type RuntimeOptions, type Store } from "statefun/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "./support/command.ts";
import { dyingStore } from "./support/dying-store.ts";
import { importHalf } from "./support/half-import.ts";
import { fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { inPieces, parsed, storedExport } from "./support/stored.ts";

const http = {
  admin: {
    authenticate: (request: Request) => {
      const [, name] = (request.headers.get("authorization") ?? "").split(" ");
      if (name === "ann") return { who: "ann", role: "write" as const };
      return name === "bob" ? { who: "bob", role: "read" as const } : false;
    },
  },
} satisfies RuntimeOptions["http"];

async function ask(
  runtime: Pick<Runtime, "fetch">,
  path: string,
  { name = "ann", key, body }: { name?: string; key?: string; body?: string } = {},
) {
  const intent = key === undefined ? {} : { "statefun-admin": "1", "idempotency-key": key };
  const response = await runtime.fetch(
    new Request(`http://localhost/admin${path}`, {
      method: key === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${name}`, ...intent },
      ...(body !== undefined && { body }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

const abandonPath = "/import/abandon";

describe("an unfinished import of a running server", { timeout: 120_000 }, () => {
  let bytes: Uint8Array = new Uint8Array();
  let sha256: unknown;

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, 1_200);
    bytes = await storedExport(source);
    sha256 = parsed(bytes).at(-1)?.["sha256"];
  });

  async function opened(store: Store, shop = shopFunctions()): Promise<Runtime> {
    return openShop(shop, { store, http });
  }

  it("is abandoned by whoever may write, once for a key, and is written down", async () => {
    const shop = shopFunctions();
    const runtime = await opened(memoryStore(), shop);
    await runtime.send(shop.account.at("90000"), "open");
    await runtime.idle();
    await importHalf(runtime, inPieces(bytes));
    const done = await ask(runtime, `${abandonPath}?why=wrong+file`, { key: "a" });
    expect(done).toEqual({ status: 200, body: { duplicate: false, count: 1 } });
    expect((await runtime.instance(shop.account.at("5"))).state).toEqual({});
    expect((await runtime.instance(shop.account.at("90000"))).state.balance).toBe(100);
    const { body: log } = await ask(runtime, "/activity");
    const record = { who: "ann", why: "wrong file", action: "abandon-import", sha256 };
    expect(log.activity).toMatchObject([{ record: { ...record, result: { count: 1 } } }]);
    const again = await ask(runtime, abandonPath, { key: "a" });
    expect(again).toEqual({ status: 200, body: { duplicate: true, count: 1 } });
    // Nothing is unfinished any more.
    const nothing = await ask(runtime, abandonPath, { key: "b" });
    expect(nothing).toEqual({ status: 200, body: { duplicate: false, count: 0 } });
    expect((await ask(runtime, "/activity")).body.activity).toHaveLength(1);
    await runtime.import(inPieces(bytes));
    await runtime.close({ drainMs: 0 });
  });

  it("is not abandoned by others, nor what has replaced something", async () => {
    const runtime = await opened(memoryStore());
    await importHalf(runtime, inPieces(bytes), { replace: true });
    const reader = await ask(runtime, abandonPath, { key: "a", name: "bob" });
    expect(reader).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    expect((await ask(runtime, abandonPath, { key: "a", name: "eve" })).status).toBe(401);
    const replacing = await ask(runtime, abandonPath, { key: "a" });
    expect(replacing).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
    const ofObjects = await ask(runtime, `${abandonPath}?sha256=${sha256}`, { key: "a" });
    expect(ofObjects).toMatchObject({ status: 400, body: { error: { code: "invalid_argument" } } });
    const listed = await ask(runtime, abandonPath, { key: "a", body: "{}\n" });
    expect(listed).toMatchObject({ status: 400, body: { error: { code: "invalid_argument" } } });
    await runtime.import(inPieces(bytes), { replace: true });
    expect(JSON.stringify((await ask(runtime, "/activity")).body)).not.toContain("abandon");
    await runtime.close({ drainMs: 0 });
  });

  it("is written down once, wherever the process dies meanwhile", async () => {
    let deaths = 0;
    for (let commit = 2; ; commit++) {
      const store = memoryStore();
      const first = await opened(store);
      await importHalf(first, inPieces(bytes));
      await first.close({ drainMs: 0 });
      const dying = await opened(dyingStore(store, { commit, isAfter: commit % 2 === 0 }));
      const asked = await ask(dying, abandonPath, { key: "a" });
      await dying.close().catch(() => {});
      const runtime = await opened(store);
      const { status, body } = await ask(runtime, abandonPath, { key: "a" });
      expect([status, body.count]).toEqual([200, 1]);
      const { activity } = (await ask(runtime, "/activity")).body;
      expect(activity).toHaveLength(1);
      await runtime.close({ drainMs: 0 });
      if (asked.status === 200) break;
      deaths++;
    }
    expect(deaths).toBeGreaterThan(2);
  });

  it("is abandoned by a command", async () => {
    const runtime = await opened(memoryStore());
    await importHalf(runtime, inPieces(bytes));
    const server = await serve({ fetch: runtime.fetch, port: 0, hostname: "127.0.0.1" });
    const args = ["--url", `http://127.0.0.1:${server.port}`, "--token", "ann"];
    const abandon = (...more: readonly string[]) =>
      run("import", "--abandon", ...args, ...more).ended;
    expect(await abandon("--digest", `${sha256}`)).toMatchObject({
      code: 2,
      errors: expect.stringContaining("leave out --digest"),
    });
    const refused = await run("import", "--abandon", ...args.slice(0, 3), "bob").ended;
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("forbidden") });
    const done = await abandon();
    expect(done).toEqual({
      code: 0,
      errors: "",
      out: "abandoned: nothing of the import is left\n",
    });
    expect(await abandon("--json")).toEqual({ code: 0, errors: "", out: '{"abandoned":false}\n' });
    await server.close();
    await runtime.close({ drainMs: 0 });
  });
});
