import { egress, keep, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { createGate, type Gate } from "../engine/support/gate.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { inPieces } from "./support/stored.ts";

const seen = egress("desk/seen", string);

/** Desks that answer questions, of which the third one has to be opened. */
function deskFunctions({ gate, isBroken = false }: { gate?: Gate; isBroken?: boolean } = {}) {
  const functions = new StatefulFunctions("desk");
  const desk = functions.bind(
    "desk/desk",
    { accepts: string, replies: string, retry: { maxAttempts: 1 } },
    async (context, text) => {
      if (context.self.id === "3") await gate?.pass();
      if (isBroken) throw new Error("broken today");
      context.emit(seen, text);
      if (context.caller !== undefined) context.reply(`about ${text}`);
    },
  );
  return { functions, desk };
}

function open(
  { functions }: ReturnType<typeof deskFunctions>,
  store: Store,
  paused = false,
): Promise<Runtime> {
  return createRuntime({
    ...{ modules: [functions], egresses: [keep(seen)], store, paused },
    http: { expose: [seen], authenticate: "none" },
    onError: () => {},
  });
}

async function recordsOf(runtime: Runtime): Promise<readonly string[]> {
  const response = await runtime.fetch(new Request("http://localhost/egresses/desk/seen"));
  const { records } = (await response.json()) as { records: { value: string }[] };
  return records.map(({ value }) => value);
}

describe.each<[string, (file: () => string) => Store]>([
  ["memory", () => memoryStore()],
  ["a file", (file) => sqliteStore(file())],
])("what was imported into %s", (_, storeIn) => {
  const file = temporaryFiles();
  let bytes = new Uint8Array();

  beforeAll(async () => {
    const store = memoryStore();
    const working = deskFunctions();
    const first = await open(working, store);
    await first.send(working.desk.at("1"), "kept 1");
    await first.send(working.desk.at("1"), "kept 2");
    const known = { idempotencyKey: "known" };
    expect(await first.call(working.desk.at("1"), "kept 3", known)).toBe("about kept 3");
    await first.close();

    const broken = deskFunctions({ isBroken: true });
    const second = await open(broken, store);
    for (const text of ["lost 1", "lost 2"]) await second.send(broken.desk.at("2"), text);
    await second.idle();
    await second.close();

    const third = await open(working, store, true);
    third.call(working.desk.at("3"), "open", { idempotencyKey: "open" }).catch(() => {});
    await third.send(working.desk.at("3"), "behind it");
    bytes = new Uint8Array(await new Response(third.export()).arrayBuffer());
    await third.close({ drainMs: 0 });
  });

  it("has records that are read, dead letters that are sent again, and calls that are answered", async () => {
    const gate = createGate();
    const shop = deskFunctions({ gate });
    const runtime = await open(shop, storeIn(file));
    await runtime.import(inPieces(bytes, 100));
    expect(await recordsOf(runtime)).toEqual(["kept 1", "kept 2", "kept 3"]);

    // Answered before, and waiting for its turn.
    const again = runtime.call(shop.desk.at("1"), "kept 3", { idempotencyKey: "known" });
    expect(await again).toBe("about kept 3");
    const opened = runtime.call(shop.desk.at("3"), "open", { idempotencyKey: "open" });
    gate.open();
    expect(await opened).toBe("about open");
    await runtime.idle();

    const letters = await runtime.deadLetters.list();
    expect(letters).toHaveLength(2);
    for (const { id } of letters) await runtime.deadLetters.replay(id);
    await runtime.idle();
    expect((await recordsOf(runtime)).slice(3)).toEqual(["open", "behind it", "lost 1", "lost 2"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close();
  });
});
