import { int, requestReplyHandler, StatefulFunctions, string } from "statefun";
import { migratable } from "statefun/migration";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it, vi } from "vitest";
import { counterName, counters } from "./functions.ts";
import { bytes, exportMessage, LittleCluster, message, requestOf } from "./little-cluster.ts";

const text = (value: string) => message("io.statefun.types/string", string.encode(value));

describe.each(["v2", "v3"] as const)("a batch at a limit of the wrapper on %s", (wire) => {
  const codec = wire === "v2" ? codecV2 : codecV3;
  const limited = (limits: object) => {
    const inner = vi.fn(requestReplyHandler(counters()));
    const onError = vi.fn();
    const handler = migratable(inner, { egress: "move/records", limits, onError });
    return { inner, onError, handler };
  };
  const messages = [text("1"), exportMessage(), text("2")];

  it("is answered up to it", async () => {
    const { handler } = limited({ maxInvocations: 3 });
    const one = new LittleCluster(handler, wire, ["count", "last"]);
    await one.send(counterName, "a", ...messages);
    const { instance } = JSON.parse(one.records[0] ?? "");
    expect(int.decode(Buffer.from(instance.states.count.bytes, "base64"))).toBe(1);
    expect(int.decode(one.state(counterName, "a").get("count")?.bytes ?? bytes(""))).toBe(2);
  });

  it.each([{ maxInvocations: 2 }, { maxStates: 1 }])(
    "is refused above it, %j: a function with other limits would be given what is not for it",
    async (limits) => {
      const { handler, inner, onError } = limited(limits);
      const target = { typename: counterName, id: "a" };
      const state = new Map(["count", "last"].map((name) => [name, undefined]));
      const body = codec.encodeRequest({ target, state, invocations: messages });
      const response = await handler(requestOf(body));
      expect(response.status).toBe(413);
      expect(await response.text()).toContain(Object.keys(limits)[0]);
      expect(inner).not.toHaveBeenCalled();
      expect(onError).toHaveBeenCalledOnce();
    },
  );

  it("may be answered with more effects than it has messages, and more states than usual", async () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `s${index}`);
    const effects = 120_000;
    const functions = new StatefulFunctions();
    const state = Object.fromEntries(names.map((name) => [name, int]));
    const other = functions.bind("move/other", { accepts: string }, () => {});
    functions.bind("move/busy", { accepts: string, state }, (context) => {
      for (const name of names) context.state[name] = 1;
      for (let left = effects; left > 0; left--) context.send(other.at("x"), "");
    });
    const handler = migratable(functions, {
      egress: "move/records",
      maxBodyBytes: 64 * 2 ** 20,
      limits: { maxStates: 2_000 },
    });
    const body = codec.encodeRequest({
      target: { typename: "move/busy", id: "a" },
      state: new Map(names.map((name) => [name, undefined])),
      invocations: [text("go"), exportMessage()],
    });
    const response = await handler(requestOf(body));
    expect(response.status).toBe(200);
    const limits = { maxInvocations: 200_000, maxStates: 2_000 };
    const outcome = codec.decodeResponse(await response.bytes(), limits);
    if (outcome.kind !== "completed") expect.fail("states are missing");
    expect(outcome.messages.length).toBe(effects);
    expect(outcome.mutations.length).toBe(names.length);
    expect(outcome.egresses.length).toBe(1);
  });
});
