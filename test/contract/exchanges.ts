import { int, string } from "statefun";
import { codecV2, codecV3, type InvocationOutcome, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { messageFromWire } from "../../src/sdk/types/message.ts";
import { batchOf, invoke, type Server, wires, wireValue } from "./client.ts";
import { blob, secret } from "./functions.ts";

/** The texts that a completed batch emitted. */
function textsOf(outcome: InvocationOutcome): string[] {
  if (outcome.kind !== "completed") throw new TypeError("the batch was not completed");
  return outcome.egresses.map(({ argument }) => string.decode(argument.bytes ?? new Uint8Array()));
}

/** What a 3.x runtime does: registers what is missing, asks again, and keeps what comes back. */
async function converse(url: string, id: string, amounts: readonly number[]) {
  const state = new Map<string, WireValue | undefined>();
  const rounds: InvocationOutcome[] = [];
  for (const amount of amounts) {
    const batch = batchOf("contract/counter", [wireValue(int, amount)], { id, state });
    let outcome = await invoke(url, codecV3, batch);
    rounds.push(outcome);
    if (outcome.kind === "incomplete") {
      for (const { name } of outcome.missing) state.set(name, undefined);
      outcome = await invoke(url, codecV3, batch);
      rounds.push(outcome);
    }
    if (outcome.kind !== "completed") throw new TypeError("incomplete twice");
    for (const { name, value } of outcome.mutations) state.set(name, value);
  }
  return { rounds, state };
}

export function registerExchanges(server: Server): void {
  describe.each(wires)("wire $name", (codec) => {
    it.each(["/auto", `/${codec.name}`])(
      "is answered on %s with the effects in order",
      async (path) => {
        const values = [1, 2, 3].map((byte) => wireValue(blob, Uint8Array.of(byte)));
        const outcome = await invoke(`${server()}${path}`, codec, batchOf("contract/echo", values));
        expect(outcome).toMatchObject({
          kind: "completed",
          egresses: values.map(({ typename, bytes }) => ({
            egress: "contract/blobs",
            argument: { typename, bytes: new Uint8Array(bytes ?? []) },
          })),
        });
      },
    );

    it("tells a function its caller", async () => {
      const argument = wireValue(string, "hello");
      const outcome = await invoke(`${server()}/auto`, codec, {
        ...batchOf("contract/caller", []),
        invocations: [
          { caller: undefined, argument },
          { caller: { typename: "contract/friend", id: "é 🙂" }, argument },
        ],
      });
      expect(textsOf(outcome)).toEqual(["from an ingress"]);
      expect(outcome).toMatchObject({
        messages: [
          {
            target: { typename: "contract/friend", id: "é 🙂" },
            argument: { bytes: string.encode("hello contract/friend é 🙂") },
          },
        ],
      });
    });

    it("reads and writes encrypted values", async () => {
      const wireOf = async (text: string): Promise<WireValue> => {
        const { typename, bytes } = await secret.seal(text);
        return { typename, bytes, headers: [] };
      };
      const state = new Map([["last", await wireOf("before")]]);
      const values = [await wireOf("one"), await wireOf("two")];
      const batch = batchOf("contract/secret", values, { state });
      const outcome = await invoke(`${server()}/auto`, codec, batch);
      expect(textsOf(outcome)).toEqual(["before, then one", "one, then two"]);
      if (outcome.kind !== "completed") throw new TypeError("the batch was not completed");
      const [mutation, ...others] = outcome.mutations;
      expect(others).toEqual([]);
      const written = [mutation?.value, ...outcome.messages.map(({ argument }) => argument)];
      const read = written.map((value) => secret.open(messageFromWire(value as WireValue)));
      expect(await Promise.all(read)).toEqual(["two", "one", "two"]);
    });

    it("carries 1,000 messages in one batch", async () => {
      const values = Array.from({ length: 1_000 }, () => wireValue(string, "go"));
      const outcome = await invoke(`${server()}/auto`, codec, batchOf("contract/env", values));
      expect(textsOf(outcome)).toHaveLength(1_000);
    });

    it("carries 5 MB both ways", async () => {
      const large = new Uint8Array(5_000_000).fill(7);
      const batch = batchOf("contract/echo", [wireValue(blob, large)]);
      const outcome = await invoke(`${server()}/auto`, codec, batch);
      if (outcome.kind !== "completed") throw new TypeError("not completed");
      const echoed = outcome.egresses[0]?.argument.bytes ?? new Uint8Array();
      expect(Buffer.compare(echoed, large)).toBe(0);
    });
  });

  it("asks for all states that the runtime does not know, then keeps them", async () => {
    const { rounds, state } = await converse(`${server()}/auto`, "round-trip", [5, 37]);
    expect(rounds[0]).toEqual({
      kind: "incomplete",
      missing: [
        { name: "count", typename: int.typename, expiration: { mode: "none", afterMs: 0 } },
        {
          name: "last",
          typename: string.typename,
          expiration: { mode: "after-write", afterMs: 60_000 },
        },
        {
          name: "first",
          typename: string.typename,
          expiration: { mode: "after-call", afterMs: 30_000 },
        },
      ],
    });
    expect(rounds.slice(1).map(textsOf)).toEqual([["round-trip: 5"], ["round-trip: 42"]]);
    expect(state.get("count")?.bytes).toEqual(int.encode(42));
    expect(state.get("last")?.bytes).toEqual(string.encode("last 37"));
    expect(state.get("first")?.bytes).toEqual(string.encode("first 5"));
  });

  it("reads and writes the states that a 2.x runtime sends", async () => {
    const state = new Map([
      ["count", wireValue(int, 40)],
      ["last", undefined],
      ["first", wireValue(string, "older")],
    ]);
    const batch = batchOf("contract/counter", [wireValue(int, 2)], { state });
    const outcome = await invoke(`${server()}/auto`, codecV2, batch);
    expect(textsOf(outcome)).toEqual(["1: 42"]);
    expect(outcome).toMatchObject({
      mutations: [
        { name: "count", value: { typename: int.typename, bytes: int.encode(42) } },
        { name: "last", value: { typename: string.typename, bytes: string.encode("last 2") } },
      ],
    });
  });

  it("forwards a message with its headers", async () => {
    const headers = [
      { key: "trace", value: Uint8Array.of(1, 2) },
      { key: "none", value: undefined },
      { key: "trace", value: new Uint8Array() },
    ];
    const batch = batchOf("contract/relay", [wireValue(string, "hé 🙂", headers)]);
    const outcome = await invoke(`${server()}/auto`, codecV3, batch);
    expect(outcome).toMatchObject({
      messages: [{ target: { typename: "contract/elsewhere", id: "1" }, argument: { headers } }],
    });
  });

  it("delays and cancels", async () => {
    const batch = batchOf("contract/delays", [wireValue(string, "token-1")]);
    const outcome = await invoke(`${server()}/auto`, codecV3, batch);
    expect(outcome).toMatchObject({
      delayed: [
        { kind: "send", delayMs: 1_500, cancellationToken: "token-1" },
        { kind: "cancel", cancellationToken: "not token-1" },
      ],
    });
  });

  it("gives the option env to a function", async () => {
    const batch = batchOf("contract/env", [wireValue(string, "tell")]);
    expect(textsOf(await invoke(`${server()}/auto`, codecV3, batch))).toEqual(["the option env"]);
  });

  it("answers 200 requests at a time, each with its own answer", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`);
    const outcomes = await Promise.all(
      ids.map((id, index) => {
        const delay = wireValue(int, index % 50);
        return invoke(`${server()}/auto`, codecV3, batchOf("contract/slow", [delay], { id }));
      }),
    );
    expect(outcomes.map(textsOf)).toEqual(ids.map((id, index) => [`${id} took ${index % 50} ms`]));
  });
}
