import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

/** Two functions that fail while they are told to. */
function breakable() {
  const control = { isBroken: true, done: [] as string[] };
  const functions = new StatefulFunctions();
  const handler = (_: unknown, text: string): void => {
    if (control.isBroken) throw new Error(`no ${text}`);
    control.done.push(text);
  };
  const retry = { maxAttempts: 1 };
  const one = functions.bind("test/one", { accepts: string, retry }, handler);
  const two = functions.bind("test/two", { accepts: string, retry }, handler);
  return { functions, one, two, control };
}

describe.each(stores)("dead letters on $name", (store) => {
  const host = hosted(store);

  async function filled() {
    const parts = breakable();
    const runtime = await host.start(parts.functions);
    for (const text of ["a", "b", "c", "d", "e"]) {
      await runtime.send((text < "d" ? parts.one : parts.two).at(text), text);
      await runtime.idle();
    }
    return { ...parts, runtime };
  }

  it("are listed oldest first, by pages and by typename", async () => {
    const { runtime } = await filled();
    const texts = async (options?: Parameters<typeof runtime.deadLetters.list>[0]) =>
      (await runtime.deadLetters.list(options)).map(({ message }) => message.as(string));
    expect(await texts()).toEqual(["a", "b", "c", "d", "e"]);
    expect(await texts({ typename: "test/two" })).toEqual(["d", "e"]);
    expect(await texts({ limit: 2 })).toEqual(["a", "b"]);
    const second = (await runtime.deadLetters.list())[1]?.id ?? "";
    expect(await texts({ limit: 2, after: second })).toEqual(["c", "d"]);
    expect(await texts({ after: second, typename: "test/two", limit: 1 })).toEqual(["d"]);
  });

  it("survive a restart, with everything that is known of them", async () => {
    const { runtime, functions } = await filled();
    const before = await runtime.deadLetters.list();
    const again = await host.start(functions);
    const after = await again.deadLetters.list();
    const plain = (letters: typeof before) =>
      letters.map(({ message, ...letter }) => [message.as(string), letter]);
    expect(plain(after)).toEqual(plain(before));
    expect(after[0]?.failedAtMs).toBeLessThanOrEqual(Date.now());
    expect(after[0]?.failedAtMs).toBeGreaterThan(Date.now() - 60_000);
  });

  it("are replayed once, behind everything that waits, with all their tries", async () => {
    const { runtime, control, one } = await filled();
    const [a, b] = await runtime.deadLetters.list();
    await runtime.deadLetters.replay(a?.id ?? "");
    await runtime.idle();
    // It failed again: it is another dead letter now, the last one.
    const letters = await runtime.deadLetters.list({ typename: "test/one" });
    expect(letters.map(({ message }) => message.as(string))).toEqual(["b", "c", "a"]);
    control.isBroken = false;
    await Promise.all([
      runtime.send(one.at("b"), "before"),
      runtime.deadLetters.replay(b?.id ?? ""),
    ]);
    await runtime.idle();
    expect(control.done).toEqual(["before", "b"]);
    await expect(runtime.deadLetters.replay(b?.id ?? "")).rejects.toThrow("does not exist");
  });

  it("are forgotten when they are discarded", async () => {
    const { runtime, functions } = await filled();
    const [a] = await runtime.deadLetters.list();
    await runtime.deadLetters.discard(a?.id ?? "");
    expect(await runtime.deadLetters.list()).toHaveLength(4);
    await expect(runtime.deadLetters.discard(a?.id ?? "")).rejects.toMatchObject({
      code: "invalid_argument",
    });
    const again = await host.start(functions);
    expect(await again.deadLetters.list()).toHaveLength(4);
  });

  it("are taken once, however often at the same time", async () => {
    const { runtime, control } = await filled();
    const [a] = await runtime.deadLetters.list();
    control.isBroken = false;
    const id = a?.id ?? "";
    const taken = await Promise.allSettled([
      runtime.deadLetters.replay(id),
      runtime.deadLetters.replay(id),
      runtime.deadLetters.discard(id),
    ]);
    await runtime.idle();
    expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(control.done).toEqual(["a"]);
  });
});
