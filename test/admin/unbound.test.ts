import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { address, functionRef, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const misspelt = functionRef("demo/worke", string);

describe("what is there of a function that is not bound", () => {
  let directory = "";
  let runtime: Runtime | undefined;
  let keys = 0;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "statefun-unbound-"));
  });
  afterEach(async () => {
    await runtime?.close().catch(() => {});
    runtime = undefined;
    rmSync(directory, { recursive: true });
  });

  async function start(hasOld: boolean) {
    await runtime?.close();
    const functions = new StatefulFunctions();
    const sender = functions.bind("demo/sender", { accepts: string }, (context, text) =>
      context.send(misspelt.at("1"), text),
    );
    if (hasOld) {
      const state = { note: string };
      functions.bind("demo/old", { accepts: string, state }, (context, text) => {
        context.state.note = text;
        context.sendAfter(3_600_000, context.self, string.of("later"));
      });
    }
    const started = await createRuntime({
      modules: [functions],
      store: sqliteStore(join(directory, "store.db")),
      onError: () => {},
      http: { admin: { authenticate: "none" } },
    });
    runtime = started;
    const ask = async (path: string, method = "GET", headers: Record<string, string> = {}) => {
      const key = method === "GET" ? {} : { "idempotency-key": `${++keys}` };
      const all = { "statefun-admin": "1", ...key, ...headers };
      const url = `http://x/admin/${path}`;
      const response = await started.fetch(new Request(url, { method, headers: all }));
      expect([path, response.status]).toEqual([path, 200]);
      return path.startsWith("value") ? response.text() : response.json();
    };
    return { runtime: started, sender, ask };
  }

  it("is listed, looked at, paused, resumed and skipped, as troubles show it", async () => {
    const { runtime, sender, ask } = await start(false);
    for (const text of ["first", "second"]) await runtime.send(sender.at("a"), text);
    await runtime.idle();
    const { troubles } = await ask("troubles");
    expect(troubles).toMatchObject([{ typename: "demo/worke", id: "1", kind: "unbound" }]);
    const [{ number }] = troubles;
    expect(await ask("instances/demo/worke")).toMatchObject({
      instances: [{ id: "1", waiting: 2, trouble: { kind: "unbound" } }],
    });
    const shown = [
      await ask("instances/demo/worke/1"),
      await ask("instance?function=demo%2Fworke&id=1"),
    ];
    for (const each of shown) {
      expect(each).toMatchObject({ mailboxLength: 2, mailbox: [{ number }, {}] });
    }
    const one = "function=demo%2Fworke&id=1";
    expect(await ask(`instance/pause?${one}`, "POST")).toMatchObject({ count: 1 });
    expect(await ask(`instance/resume?${one}`, "POST")).toMatchObject({ count: 1 });
    expect(await ask(`instance/retry?${one}`, "POST")).toMatchObject({ count: 0 });
    await ask(`instance/skip?${one}&number=${number}`, "POST");
    expect(await ask(`instance?${one}`)).toMatchObject({ mailboxLength: 1 });
    expect(await ask("dead-letters")).toMatchObject({
      deadLetters: [{ address: { typename: "demo/worke", id: "1" } }],
    });
  });

  it("can be ended by operators when a deploy has removed the function", async () => {
    const before = await start(true);
    await before.runtime.send(address("demo/old", "1"), string.of("kept"));
    await before.runtime.idle();
    await before.ask("functions/demo/old/pause", "POST");
    const { ask } = await start(false);
    expect(await ask("paused")).toMatchObject({ paused: [{ typename: "demo/old" }] });
    const old = "function=demo%2Fold&id=1";
    const { state, timers } = await ask(`instance?${old}`);
    expect(state).toMatchObject({ note: { typename: string.typename } });
    expect(timers).toHaveLength(1);
    expect(await ask(`value?of=state&name=note&${old}`)).toContain("kept");
    const tag = { "if-match": state.note.etag };
    await ask(`state?name=note&${old}`, "DELETE", tag);
    await ask(`timers/${timers[0].number}?${old}`, "DELETE");
    await ask("functions/demo/old/resume", "POST");
    expect(await ask("paused")).toEqual({ paused: [] });
    expect(await ask("instances/demo/old")).toEqual({ instances: [] });
    expect(await ask(`instance?${old}&timers=true`, "DELETE")).toMatchObject({ count: 0 });
  });
});
