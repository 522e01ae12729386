import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionRef, type Module } from "statefun";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { far } from "../remote/support/hosted.ts";
import { type Answered, start, worker } from "./app.ts";

const stores = {
  memory: () => memoryStore(),
  SQLite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-newest-")), "store.db")),
};

describe.each(Object.entries(stores))("with %s, the newest first", (_, store) => {
  it("are dead letters and what operators did, back to the first one, where `next` is 0", async () => {
    const started = await start({ store: store() });
    const { runtime, ask, read } = started;
    for (let at = 0; at < 7; at++) await runtime.send(worker.at(`${at}`), "never");
    await runtime.idle();
    const { deadLetters } = await read("/admin/dead-letters");
    for (const { id } of deadLetters.slice(0, 5)) {
      await ask(`/admin/dead-letters/${id}/replay`, { method: "POST" });
    }
    await runtime.idle();
    for (const [path, list, cursor, count] of [
      ["/admin/dead-letters", "deadLetters", "id", 7],
      ["/admin/dead-letters?function=ops/worker", "deadLetters", "id", 7],
      ["/admin/activity", "activity", "cursor", 5],
    ] as const) {
      const and = path.includes("?") ? "&" : "?";
      const idsOf = (page: Answered): string[] => page[list].map((one: Answered) => one[cursor]);
      const all = idsOf(await read(path));
      expect(all).toHaveLength(count);
      expect(idsOf(await read(`${path}${and}order=oldest`))).toEqual(all);
      const seen: string[] = [];
      let after = "";
      for (let pages = 0; pages < 10 && after !== "&after=0"; pages++) {
        const page = await read(`${path}${and}order=newest&limit=3${after}`);
        seen.push(...idsOf(page));
        after = `&after=${page.next}`;
      }
      expect([after, seen]).toEqual(["&after=0", [...all].reverse()]);
    }
    // What comes later is not behind a page.
    const { next } = await read("/admin/dead-letters?order=newest&limit=2");
    await runtime.send(worker.at("new"), "never");
    await runtime.idle();
    const rest = await read(`/admin/dead-letters?order=newest&after=${next}`);
    expect([rest.deadLetters.length, rest.next]).toEqual([5, "0"]);
    expect((await read("/admin/dead-letters?order=newest&after=0")).deadLetters).toEqual([]);
  });

  it("are none where there are none, and no other order is known", async () => {
    const { ask, read } = await start({ store: store() });
    expect(await read("/admin/activity?order=newest")).toEqual({ activity: [], next: "0" });
    expect(await read("/admin/dead-letters?order=newest")).toEqual({ deadLetters: [], next: "0" });
    for (const path of ["activity", "dead-letters"]) {
      expect((await ask(`/admin/${path}?order=latest`)).status).toBe(400);
    }
  });

  it("has dead letters by time as well", async () => {
    const { runtime, read } = await start({ store: store() });
    await runtime.send(worker.at("1"), "never");
    await runtime.idle();
    const [{ failedAtMs }] = (await read("/admin/dead-letters?order=newest")).deadLetters;
    const since = async (ms: number) =>
      (await read(`/admin/dead-letters?order=newest&since=${ms}`)).deadLetters.length;
    expect([await since(failedAtMs), await since(failedAtMs + 1)]).toEqual([1, 0]);
  });
});

it("names the endpoint of a remote function", async () => {
  // Nothing listens there, and nothing is sent.
  const remote = far([functionRef("far/fn")], "http://127.0.0.1:65000/");
  const { read } = await start({}, [remote as Module]);
  const { functions } = await read("/admin/functions");
  const named = functions.map(({ typename, remote, endpoint }: Answered) => [
    typename,
    remote,
    endpoint,
  ]);
  expect(named).toEqual(
    expect.arrayContaining([
      ["far/fn", true, "far/fn"],
      ["ops/cart", false, undefined],
    ]),
  );
  const { endpoints } = await read("/admin/endpoints");
  expect(endpoints).toMatchObject([{ name: "far/fn" }]);
});
