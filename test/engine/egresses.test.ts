import {
  type EgressRecord,
  egress,
  int,
  keep,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

const out = egress("test/out", string);

/** Emits `PREFIX0`, `PREFIX1`, … as many as told by `PREFIX COUNT`. */
function emitter() {
  const functions = new StatefulFunctions();
  const ref = functions.bind("test/emitter", { accepts: string }, (context, message) => {
    const [prefix, count] = message.split(" ");
    for (let n = 0; n < Number(count); n++)
      context.emit(out, `${prefix}${n}`, { headers: { n: `${n}` } });
  });
  return { functions, ref };
}

const texts = (count: number, prefix = "a"): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe.each(stores)("egresses on $name", (store) => {
  const host = hosted(store);

  it("deliver in order, each record once, with its sender and headers", async () => {
    const { functions, ref } = emitter();
    const got: EgressRecord<string>[] = [];
    const bound = out.to((records) => void got.push(...records));
    const runtime = await host.start(functions, { egresses: [bound] });
    await runtime.send(ref.at("1"), "a 250");
    await runtime.send(ref.at("1"), "b 50");
    await runtime.idle();
    expect(got.map(({ value }) => value)).toEqual([...texts(250), ...texts(50, "b")]);
    expect(new Set(got.map(({ id }) => id)).size).toBe(300);
    expect(got[3]).toMatchObject({
      from: { typename: "test/emitter", id: "1" },
      typename: string.typename,
    });
    expect(got[3]?.headers.get("n")).toBe("3");
  });

  it("let others have their turn between two deliveries that wait for nothing", async () => {
    const { functions, ref } = emitter();
    let turns = 0;
    const seen: number[] = [];
    const bound = out.to(() => void seen.push(turns));
    const runtime = await host.start(functions, { egresses: [bound] });
    const count = (): void => {
      turns++;
      if (seen.length < 20) setImmediate(count);
    };
    setImmediate(count);
    await runtime.send(ref.at("1"), "a 2000");
    await runtime.idle();
    expect(new Set(seen).size).toBe(20);
  });

  it("take a table of plain functions, which get messages", async () => {
    const { functions, ref } = emitter();
    const got: unknown[] = [];
    const table = { "test/out": (records: readonly EgressRecord[]) => void got.push(...records) };
    const runtime = await host.start(functions, { egresses: table });
    await runtime.send(ref.at("1"), "a 1");
    await runtime.idle();
    expect(Object(got[0]).value.as(string)).toBe("a0");
  });

  it("try a delivery again that failed, with the same ids, and nothing overtakes it", async () => {
    const { functions, ref } = emitter();
    const tries: (readonly EgressRecord<string>[])[] = [];
    const bound = out.to(async (records) => {
      tries.push(records);
      if (tries.length < 3) throw new Error("down");
    });
    const runtime = await host.start(functions, { egresses: [bound] });
    await runtime.send(ref.at("1"), "a 3");
    await expect.poll(() => tries.length).toBe(1);
    await runtime.send(ref.at("1"), "b 1");
    await expect.poll(() => tries.slice(2).flat().length).toBe(4);
    const [first, second] = tries;
    expect(second?.slice(0, 3).map(({ id }) => id)).toEqual(first?.map(({ id }) => id));
    const delivered = tries
      .slice(2)
      .flat()
      .map(({ value }) => value);
    expect(delivered).toEqual([...texts(3), "b0"]);
    expect(host.errors).toHaveLength(2);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("give up the one record that can never be taken, and deliver those around it in order", async () => {
    const { functions, ref } = emitter();
    const got: string[] = [];
    let isBroken = true;
    const bound = out.to((records) => {
      const values = records.map(({ value }) => value);
      if (isBroken && values.includes("a2")) throw new NonRetryableError("too odd");
      got.push(...values);
    });
    const runtime = await host.start(functions, { egresses: [bound] });
    await runtime.send(ref.at("1"), "a 5");
    await runtime.idle();
    expect(got).toEqual(["a0", "a1", "a3", "a4"]);
    const [letter, ...others] = await runtime.deadLetters.list({ typename: "test/out" });
    expect(others).toEqual([]);
    expect(letter?.error).toEqual({ code: "non_retryable", message: "too odd" });
    expect(letter?.address).toMatchObject({ typename: "test/emitter", id: "1" });
    isBroken = false;
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    expect(got.at(-1)).toBe("a2");
  });

  it("give up a record that the type of the egress cannot read", async () => {
    const { functions, ref } = emitter();
    const other = egress("test/out", int).to(() => {});
    const runtime = await host.start(functions, { egresses: [other] });
    await runtime.send(ref.at("1"), "a 2");
    await runtime.idle();
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ error }) => error.code)).toEqual(Array(2).fill("message_undecodable"));
  });

  it("give up a delivery that takes too long, and its signal is aborted", async () => {
    const { functions, ref } = emitter();
    const signals: AbortSignal[] = [];
    const bound = out.to(async (_, signal) => {
      signals.push(signal);
      if (signals.length === 1) await new Promise(() => {});
    });
    const runtime = await host.start(functions, { egresses: [bound], timeoutMs: 20 });
    await runtime.send(ref.at("1"), "a 1");
    await expect.poll(() => signals.length).toBe(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(host.errors).toMatchObject([{ code: "timed_out" }]);
  });

  it("deliver after a restart what was not delivered before it, under the same ids", async () => {
    const { functions, ref } = emitter();
    const ids: string[] = [];
    const broken = out.to((records) => {
      ids.push(...records.map(({ id }) => id));
      return Promise.reject(new Error("down"));
    });
    let runtime = await host.start(functions, { egresses: [broken] });
    await runtime.send(ref.at("1"), "a 3");
    await expect.poll(() => ids.length).toBeGreaterThanOrEqual(3);
    await runtime.close({ drainMs: 0 });
    const got: EgressRecord<string>[] = [];
    const bound = out.to((records) => void got.push(...records));
    runtime = await host.start(functions, { egresses: [bound] });
    await runtime.idle();
    expect(got.map(({ value }) => value)).toEqual(texts(3));
    expect(got.map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });

  it("are flushed at a close", async () => {
    const { functions, ref } = emitter();
    const got: string[] = [];
    const bound = out.to(async (records) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      got.push(...records.map(({ value }) => value));
    });
    const runtime = await host.start(functions, { egresses: [bound] });
    await runtime.send(ref.at("1"), "a 150");
    await runtime.close();
    expect(got).toEqual(texts(150));
  });

  it("that are kept deliver to nobody, and make no dead letters", async () => {
    const { functions, ref } = emitter();
    const runtime = await host.start(functions, { egresses: [keep(out, { maxRecords: 10 })] });
    await runtime.send(ref.at("1"), "a 50");
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("get the env of the runtime", async () => {
    const { functions, ref } = emitter();
    const got: unknown[] = [];
    const bound = out.to((_records, _signal, env) => void got.push(env));
    const options = { egresses: [bound], env: { name: "test" } };
    const runtime = await host.start(functions, options);
    await runtime.send(ref.at("1"), "a 1");
    await runtime.idle();
    expect(got).toEqual([{ name: "test" }]);
  });
});
