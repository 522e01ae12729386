import {
  address,
  defineModule,
  type EgressRecord,
  egress,
  int,
  StatefulFunctions,
  string,
} from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type {
  IngressHost,
  SourceHealth,
  StartableIngress,
} from "../../src/engine/contract/ingress-host.ts";
import type { LanesParts } from "../../src/engine/contract/lanes.ts";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";
import { createGate } from "../engine/support/gate.ts";
import { refusal } from "../engine/support/refusal.ts";
import { type Faults, refusingStore } from "../engine/support/refusing-store.ts";
import { eventually, far, hosted, unavailable } from "../remote/support/hosted.ts";
import { answer } from "../remote/support/raw-server.ts";
import { collecting } from "./support/collecting.ts";
import { shopFunctions } from "./support/shop.ts";

const host = hosted();

describe("endpoints of remote functions", () => {
  it("that are down are reported once, and again when they answer, by the names of their functions", async () => {
    let isDown = true;
    const server = await host.serve((_, response) => {
      if (isDown) response.writeHead(503).end();
      else answer(response);
    });
    const seen = collecting();
    const names = ["far/fn", "other/*"] as unknown as `${string}/*`;
    const runtime = await host.start([far(names, server.url)], { observer: seen.observer });
    for (const id of ["1", "2", "3"]) await runtime.send(address("far/fn", id), int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count > 2,
    );
    const endpoint = { engine: "embedded", kind: "endpoint" };
    const reason = expect.stringMatching(/^far\/fn at http:\/\/127.0.0.1:\d+ /);
    const down = ["far/fn", "other/*"].map((name) => ({ ...endpoint, name, isUp: false, reason }));
    expect(seen.of("reachable")).toEqual(down);
    expect(await unavailable(runtime)).toEqual(["far/fn", "other/*"]);
    isDown = false;
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length === 0,
    );
    expect(seen.of("reachable").slice(2)).toEqual(
      ["far/fn", "other/*"].map((name) => ({ ...endpoint, name, isUp: true, reason: undefined })),
    );
  });
});

/** An ingress that a test feeds by hand. */
function byHand() {
  const sources: SourceHealth[] = [];
  let given: IngressHost | undefined;
  const start: StartableIngress["start"] = (ingressHost) => {
    given = ingressHost;
    const health = { typename: "test/hand", status: "running", troubles: [], sources } as const;
    return { stop: async () => {}, health: () => health };
  };
  const module = defineModule({
    name: "hand",
    ingresses: [{ typename: "test/hand", "~ingress": { start } }],
  });
  const give = (position: string, count: number): void => {
    const target = { typename: "seen/hand", id: "1" };
    const argument = { typename: int.typename, bytes: int.encode(1), headers: [] };
    const messages = Array.from({ length: count }, () => ({ target, argument }));
    given?.ingest({ source: "s", position, messages }, () => {});
  };
  const set = (lag: number, records: number): void => {
    const rest = { position: "1", rate: 0, invalid: 0, isPaused: false };
    sources[0] = { source: "s", lag, records, ...rest };
  };
  return { module, give, set };
}

describe("an ingress", () => {
  it("tells each message that it brings, and a batch that is refused by its first", async () => {
    const gate = createGate();
    const functions = new StatefulFunctions("hand");
    functions.bind("seen/hand", { accepts: int }, () => gate.pass());
    const hand = byHand();
    const seen = collecting();
    const limits = { maxMailbox: 2 };
    const runtime = await host.start([functions, hand.module], { observer: seen.observer, limits });
    hand.give("1", 2);
    expect((await refusal(async () => hand.give("2", 2))).code).toBe("mailbox_full");
    const one = { engine: "embedded", address: { typename: "seen/hand", id: "1" } };
    const accepted = { ...one, messageTypename: int.typename, kind: "ingress", delayMs: 0 };
    expect(seen.of("accepted")).toEqual([
      { ...accepted, isDuplicate: false },
      { ...accepted, isDuplicate: false },
    ]);
    expect(seen.of("refused")).toEqual([
      { ...one, messageTypename: int.typename, code: "mailbox_full" },
    ]);
    gate.open();
    await runtime.idle();
  });

  it("is called once a second where it has got on, and not after the end", async () => {
    const hand = byHand();
    const seen = collecting();
    hand.set(7, 3);
    const runtime = await host.start([hand.module], { observer: seen.observer });
    const one = { typename: "test/hand", source: "s" };
    await expect.poll(() => seen.of("ingress")).toEqual([{ ...one, lag: 7, records: 3 }]);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(seen.of("ingress")).toHaveLength(1);
    hand.set(2, 8);
    await expect.poll(() => seen.of("ingress")).toHaveLength(2);
    expect(seen.of("ingress")[1]).toEqual({ ...one, lag: 2, records: 8 });
    hand.set(0, 10);
    await runtime.close();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(seen.of("ingress")).toHaveLength(2);
  });
});

describe("an egress with lanes", () => {
  it("tells what was taken and what was not, and is down until all lanes go on", async () => {
    const down = new Set(["b"]);
    const out = egress("seen/out", string);
    const functions = new StatefulFunctions("lanes");
    const emitter = functions.bind("seen/emitter", { accepts: string }, (context, words) => {
      for (const word of words.split(" ")) context.emit(out, word);
    });
    const letterOf = ({ argument }: EgressRow) =>
      string.decode(argument.bytes ?? new Uint8Array()).charAt(0);
    const how = {
      ...Object(out.to(() => {})["~deliver"]),
      deliver: async (records: readonly EgressRecord<string>[]) =>
        [...records.entries()]
          .filter(([, { value }]) => down.has(value.charAt(0)))
          .map(([index]) => ({ index, reason: new Error("its topic is away") })),
      lanes: (parts: LanesParts) => new WaitingLanes(parts, letterOf),
    };
    const seen = collecting();
    const binding = { typename: out.typename, "~deliver": how };
    const runtime = await host.start([functions], {
      observer: seen.observer,
      egresses: [binding as never],
    });
    await runtime.send(emitter.at("1"), "a1 b1 a2");
    await runtime.idle();
    const name = "seen/out";
    const one = { engine: "embedded", egress: name };
    expect(seen.of("delivered").slice(0, 2)).toMatchObject([
      { ...one, records: 2, error: undefined },
      { ...one, records: 1, error: new Error("its topic is away") },
    ]);
    const egressOf = { engine: "embedded", kind: "egress", name };
    const isDown = { ...egressOf, isUp: false, reason: "its topic is away" };
    expect(seen.of("reachable")).toEqual([isDown]);
    down.clear();
    await expect.poll(() => seen.of("reachable")).toHaveLength(2);
    expect(seen.of("reachable")[1]).toEqual({ ...egressOf, isUp: true, reason: undefined });
    const taken = seen.of("delivered").filter(({ error }) => error === undefined);
    expect(taken.reduce((all, { records }) => all + records, 0)).toBe(3);
  });
});

describe("an engine whose store fails", () => {
  it("is reported to have ended, with why", async () => {
    const faults: Faults = {};
    const seen = collecting();
    const { functions, shop } = shopFunctions(false);
    const runtime = await createRuntime({
      modules: [functions],
      store: refusingStore(memoryStore(), faults),
      observer: seen.observer,
      onError: () => {},
    });
    await runtime.send(shop.at("1"), "add");
    faults.durable = new Error("the disk is gone");
    await refusal(() => runtime.send(shop.at("1"), "add"));
    await refusal(() => runtime.closed);
    expect(seen.of("stopped")).toMatchObject([
      { engine: "embedded", error: { code: "store_failed" } },
    ]);
    await refusal(() => runtime.close());
    expect(seen.of("stopped")).toHaveLength(1);
  });
});
