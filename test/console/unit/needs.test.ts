import { describe, expect, it } from "vitest";
import type {
  FunctionRow,
  InstanceTrouble,
  Overview,
} from "../../../src/console/page/api/types.ts";
import { functionLines } from "../../../src/console/page/screens/functions/function-lines.ts";
import { type Situation, shortReason } from "../../../src/console/page/screens/overview/need.ts";
import { needsOf as allNeeds } from "../../../src/console/page/screens/overview/needs.ts";

type Moment = Omit<Situation, "overview"> & { readonly overview: Overview | undefined };

const needsOf = ({ overview, ...situation }: Moment) => allNeeds(overview, situation);

const nowMs = 1_800_000_000_000;
const overview: Overview = {
  status: "ok",
  engine: "embedded",
  version: "1.0.0",
  functions: 1,
  egressesWaiting: [],
  endpointsDown: [],
  unsupported: {},
};
const calm: Moment = { nowMs, live: "live", lastHeardMs: nowMs, overview };

const row = (typename: string, parts: Partial<FunctionRow> = {}): FunctionRow => ({
  ...{ typename, remote: false, accepts: [], replies: [], states: [], paused: false },
  ...parts,
});
const figures = (waiting: number) => ({
  ...{ accepted: 0, refused: 0, completed: 0, failed: 0, dead: 0, waiting, oldestMs: 0 },
  durationMs: { counts: [], sum: 0 },
});
const trouble = (id: string, kind: InstanceTrouble["kind"] = "retrying"): InstanceTrouble => ({
  ...{ typename: "shop/cart", id, kind, code: "failed", reason: "it broke" },
  ...{ attempts: 5, number: "7" },
});
const source = { source: "0", rate: 100, records: 0, invalid: 0, paused: false };

describe("what needs an operator", () => {
  it("is nothing while everything moves, and before anything is known", () => {
    expect(needsOf(calm)).toEqual([]);
    expect(needsOf({ ...calm, overview: undefined, live: "connecting" })).toEqual([]);
    expect(needsOf({ ...calm, live: "paused" })).toEqual([]);
  });

  it("says that the connection is lost, since when", () => {
    const [need] = needsOf({ ...calm, live: "lost", lastHeardMs: nowMs - 90_000 });
    expect(need).toMatchObject({ tone: "bad", title: "No connection" });
    expect(need?.text).toContain("for 1 min 30 s");
    const before = { ...calm, overview: undefined, live: "lost", lastHeardMs: 0 } as const;
    expect(needsOf(before)[0]?.text).toContain("no answer yet");
  });

  it("says that an endpoint is down: since when, how many wait, and why", () => {
    const endpoints = [
      { name: "up/*", up: true },
      { name: "shop/*", up: false, sinceMs: nowMs - 248_000, reason: "ECONNREFUSED" },
    ];
    const lines = functionLines({
      endpoints,
      rows: [row("shop/payment", { remote: true }), row("pay/other"), row("shop/local")],
      figures: { "shop/payment": figures(1_204), "shop/local": figures(9) },
    });
    const down = { ...overview, endpointsDown: ["shop/*"] };
    expect(needsOf({ ...calm, overview: down, lines, endpoints })).toEqual([
      {
        tone: "bad",
        title: "shop/* is down",
        text: "4 min 08 s · 1,204 messages wait · ECONNREFUSED",
        place: ["connections", { endpoint: "shop/*" }],
      },
    ]);
  });

  it("knows by the overview alone that an endpoint is down, and that there are more", () => {
    const [need] = needsOf({ ...calm, overview: { ...overview, endpointsDown: ["a/b", "c/*"] } });
    expect(need).toMatchObject({ title: "a/b is down, and 1 more", text: "" });
  });

  it("shows the largest group of dead letters of the last hour, even if an old one is larger", () => {
    const group = (reason: string, count: number, ageMs: number) => ({
      ...{ typename: "shop/payment", code: "failed", reason, count },
      ...{ firstAtMs: 0, lastAtMs: nowMs - ageMs },
    });
    const groups = [group("old", 5_000, 7_200_000), group("new", 300, 60_000), group("x", 2, 1)];
    const situation = { ...calm, overview: { ...overview, deadLetters: 5_302 }, groups };
    expect(needsOf(situation)).toEqual([
      {
        tone: "bad",
        title: "300 dead letters, shop/payment",
        text: "“new” · last 1 min 00 s ago · 5,302 in all",
        // What it opens is what it counts.
        place: ["dead-letters", { group: "shop/payment failed new" }],
      },
    ]);
    const [old] = needsOf({ ...situation, groups: groups.slice(0, 1) });
    expect(old?.title).toBe("5,000 dead letters, shop/payment");
  });

  it("gives a reason without what stands beside it, and of a long one both ends", () => {
    const at = "shop/payment at http://127.0.0.1:4319";
    const long = `it ${"x".repeat(200)} broke`;
    const all = [`${at} answered 500: said 503`, `${at} answered 503`, `${at} cannot be reached`];
    expect(all.map(shortReason)).toEqual(["said 503", "answered 503", "cannot be reached"]);
    expect(["no card at all", undefined, long].map(shortReason)).toEqual([
      "no card at all",
      "",
      expect.stringMatching(/^it x+ … x+ broke$/),
    ]);
  });

  it("counts instances with a trouble of their own, and links to the one if it is alone", () => {
    const own = [trouble("c-1"), trouble("c-2", "endpoint"), trouble("c-3", "paused")];
    expect(needsOf({ ...calm, troubles: own })[0]).toMatchObject({
      title: "1 instance is blocked",
      text: "shop/cart c-1 · it broke",
      place: ["instance", { function: "shop/cart", id: "c-1" }],
    });
    const many = Array.from({ length: 20 }, (_, index) => trouble(`c-${index}`));
    expect(needsOf({ ...calm, troubles: many })[0]).toMatchObject({
      title: "20+ instances are blocked",
      place: ["instances", { is: "troubled", own: "true" }],
    });
    const others = [...many.slice(0, 3), ...many.slice(3).map(({ id }) => trouble(id, "endpoint"))];
    expect(needsOf({ ...calm, troubles: others })[0]?.title).toBe("3 instances are blocked");
  });

  it("says what an egress waits for, and how much is behind", () => {
    const egresses = [
      { typename: "shop/ledger", kind: "kept", status: "running" } as const,
      {
        typename: "shop/mails",
        kind: "delivered",
        status: "waiting",
        reason: "421",
        backlog: 3_210,
      } as const,
    ];
    const waiting = { ...overview, egressesWaiting: ["shop/mails"] };
    expect(needsOf({ ...calm, overview: waiting, egresses })[0]).toMatchObject({
      ...{ tone: "warn", title: "shop/mails: 3,210 not delivered", text: "421" },
      place: ["connections", { egress: "shop/mails" }],
    });
  });

  it("finds a source that is behind by its lag, and not one that reads as fast as it comes", () => {
    const at = (lag: number, status: "running" | "stalled" = "running") =>
      needsOf({
        ...calm,
        ingresses: [{ typename: "shop/orders", status, sources: [{ ...source, lag }] }],
      })[0]?.title;
    expect(at(900)).toBeUndefined();
    expect(at(6_000)).toBeUndefined();
    expect(at(6_001)).toBe("shop/orders is behind");
    expect(at(0, "stalled")).toBe("shop/orders is stalled");
  });

  it("says which function is paused, and else that instances are", () => {
    const lines = functionLines({
      rows: [row("a/a", { paused: true }), row("b/b", { paused: true })],
      figures: { "b/b": figures(20) },
    });
    const paused = { ...overview, paused: 2 };
    expect(needsOf({ ...calm, overview: paused, lines })[0]).toMatchObject({
      ...{ title: "b/b is paused, and 1 more", text: "20 messages wait" },
      place: ["functions", { function: "b/b" }],
    });
    expect(needsOf({ ...calm, overview: paused, lines: [] })[0]?.title).toBe("2 instances paused");
  });

  it("puts the worst first", () => {
    const titles = needsOf({
      ...calm,
      live: "lost",
      overview: {
        ...overview,
        status: "draining",
        endpointsDown: ["a/b"],
        egressesWaiting: ["e/e"],
        deadLetters: 1,
        paused: 1,
      },
      troubles: [trouble("c-1")],
      egresses: [{ typename: "e/e", kind: "delivered", status: "waiting" }],
      ingresses: [{ typename: "i/i", status: "stopped", sources: [] }],
    }).map(({ title }) => title);
    expect(titles).toEqual([
      "No connection",
      "The engine is draining",
      "a/b is down",
      "1 dead letter",
      "1 instance is blocked",
      "e/e: waits",
      "i/i is stopped",
      "1 instance paused",
    ]);
  });
});
