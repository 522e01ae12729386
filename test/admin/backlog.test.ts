import { egress, NonRetryableError, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";
import { formatOf } from "../../src/sdk/egress/egress.ts";
import { closing } from "./app.ts";

const out = egress("back/out", string);

/** A connector with lanes, which does with a record what its text says. */
const lanes = {
  typename: "back/out",
  "~deliver": {
    format: formatOf(out as never),
    lanes: (parts: never) => new WaitingLanes(parts, ({ number }) => `${number}`),
    deliver: async (records: readonly { readonly value: string }[]) =>
      records.flatMap(({ value }, index) => {
        if (value === "drop") return [{ index, reason: new Error("too large"), isDropped: true }];
        if (value === "refuse") return [{ index, reason: new NonRetryableError("refused") }];
        return value === "wait" ? [{ index, reason: new Error("full") }] : [];
      }),
  },
};

async function start(binding: never) {
  const functions = new StatefulFunctions("back");
  const fn = functions.bind("back/fn", { accepts: string }, (context, text) => {
    context.emit(out, text);
  });
  const runtime = await createRuntime({
    modules: [functions],
    egresses: [binding],
    store: memoryStore(),
    http: { admin: { authenticate: "none" } },
    onError: () => {},
  });
  closing(() => runtime.close({ drainMs: 0 }));
  const send = async (count: number, text: string) => {
    for (let index = 0; index < count; index++) await runtime.send(fn.at("1"), text);
    await runtime.idle();
  };
  const act = async (path: string) => {
    const headers = { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() };
    const request = new Request(`http://x/admin/${path}`, { method: "POST", headers });
    expect((await runtime.fetch(request)).status).toBe(200);
  };
  const backlog = async () => {
    const text = await (await runtime.fetch(new Request("http://x/metrics"))).text();
    return Number(/^statefun_egress_backlog\{egress="back\/out"\} (.*)$/m.exec(text)?.[1]);
  };
  return { send, act, backlog, runtime };
}

describe("the backlog of an egress", () => {
  it("has dead letters that were sent again, as long as they wait", async () => {
    let fails: Error | undefined = new NonRetryableError("refused");
    const bound = out.to(async () => {
      if (fails !== undefined) throw fails;
    });
    const { send, act, backlog, runtime } = await start(bound as never);
    expect(await backlog()).toBe(0);
    await send(5, "x");
    fails = new Error("down");
    await act("dead-letters/replay");
    await expect.poll(backlog).toBe(5);
    fails = undefined;
    await expect.poll(backlog, { timeout: 30_000 }).toBe(0);
    fails = new Error("down");
    await send(3, "x");
    await expect.poll(backlog).toBe(3);
    await runtime.close({ drainMs: 0 });
  });

  it("has no records that were dropped, given up or delivered, and those of a lane that waits", async () => {
    const { send, backlog } = await start(lanes as never);
    expect(await backlog()).toBe(0);
    await send(7, "drop");
    await send(2, "refuse");
    await send(3, "deliver");
    await send(4, "wait");
    await expect.poll(backlog).toBe(4);
  });
});
