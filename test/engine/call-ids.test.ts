import { address, StatefulFunctions, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it, vi } from "vitest";
import { platformBytes } from "../../src/host/platform.ts";
import { hosted, stores } from "./support/stores.ts";

/** A function that never answers, and says whom it should. */
function program() {
  const callers: string[] = [];
  const functions = new StatefulFunctions();
  const silent = functions.bind("test/silent", { accepts: string, replies: string }, (context) => {
    callers.push(context.caller?.id ?? "");
  });
  const answers = functions.bind("test/answers", { accepts: string }, (context, id) =>
    context.send(address("statefun/ingress", id), string.of("forged")),
  );
  return { functions, silent, answers, callers };
}

const secretOf = (id: string) => /^[a-z2-7]{20}-\d+-([a-z2-7]{20})@/.exec(id)?.[1] ?? id;

describe.each(stores)("the id of a call on $name", (store) => {
  const host = hosted(store);

  it("comes from a cryptographic source, as do the names of a store and of a life", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    try {
      const { functions, silent, callers } = program();
      const runtime = await host.start(functions);
      const calls = Array.from({ length: 50 }, (_, id) =>
        runtime.call(silent.at(`${id}`), "x", { timeoutMs: 50 }).catch(() => {}),
      );
      await Promise.all(calls);
      const { id: first } = await runtime.send(silent.at("1"), "x");
      await runtime.idle();
      const secrets = callers.filter((id) => id !== "").map(secretOf);
      expect(new Set(secrets).size).toBe(50);
      expect(first).toMatch(/^(?!(.)\1{19})[a-z2-7]{20}-\d+$/);
      // Each letter comes about as often as the others.
      const counts = new Map<string, number>();
      for (const letter of secrets.join("")) counts.set(letter, (counts.get(letter) ?? 0) + 1);
      expect(counts.size).toBeGreaterThan(28);
      expect(Math.max(...counts.values())).toBeLessThan(90);
    } finally {
      random.mockRestore();
    }
  });

  it("is answered by whoever holds it, and by nobody who knows others", async () => {
    const { functions, silent, answers, callers } = program();
    const runtime = await host.start(functions);
    const call = runtime.call(silent.at("1"), "x", { timeoutMs: 5_000 });
    await runtime.idle();
    const [id = ""] = callers;
    for (const guess of [
      id.replace(secretOf(id), ""),
      id.toUpperCase(),
      `${id} `,
      "",
      "@",
      "x@y",
    ]) {
      await runtime.send(answers.at("1"), guess);
    }
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.send(answers.at("1"), id);
    expect(await call).toBe("forged");
  });
});

describe("random names", () => {
  it("are the same for the same seed of a test", async () => {
    const ids = async (seed: number) => {
      const { functions, silent, callers } = program();
      const runtime = await createTestRuntime(functions, { seed });
      void runtime.call(silent.at("1"), "x").catch(() => {});
      await runtime.advance(100_000);
      await runtime.close();
      return callers;
    };
    expect(await ids(7)).toEqual(await ids(7));
    expect(await ids(7)).not.toEqual(await ids(8));
  });

  it("never come twice, whatever has been asked for in between", async () => {
    const { platformBytes: bytes } = await import("../../src/host/platform.ts");
    const counts = [20, 20, 1, 4_095, 0, 4_096, 20, 5_000, 20];
    const given = Array.from({ length: 900 }, (_, index) => bytes(counts[index % 9] ?? 0));
    for (const [index, one] of given.entries()) expect(one).toHaveLength(counts[index % 9] ?? 0);
    const names = given.filter((one) => one.length >= 20).map((one) => one.subarray(0, 20).join());
    expect(new Set(names).size).toBe(names.length);
  });

  it("are random on a platform that has no global crypto", async () => {
    vi.stubGlobal("crypto", undefined);
    vi.resetModules();
    try {
      const { platformBytes: bytes } = await import("../../src/host/platform.ts");
      expect(bytes(20)).toHaveLength(20);
      expect(bytes(20)).not.toEqual(bytes(20));
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

it("is never made of what a source that threw has left behind", () => {
  // Too many at once for the platform, as a Worker has none at all outside of a request.
  expect(() => platformBytes(65_537)).toThrow();
  expect(new Set(platformBytes(64)).size).toBeGreaterThan(1);
});
