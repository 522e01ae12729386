import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { edgesOf, startEdges } from "./client.ts";

let objects: Objects;
const { control, send, call, deadLetters } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
});

afterAll(() => objects.close());

const codes = async () =>
  (await deadLetters()).map(({ error, address }) => `${address.id} ${error.code}`);
const expectDead = (letter: string) => expect.poll(codes, { interval: 100 }).toContain(letter);

const odd = ["throws", "nothing", "number", "own", "empty", "half", "promise", "long"];

describe.for(odd)("a placement of %s", (kind) => {
  it("is invalid_argument for what comes from outside", async () => {
    const id = `${kind}-outside`;
    expect(await control("send", { id })).toMatch(
      /^invalid_argument: .*placement of edge\/counted/,
    );
    expect(await control("call", { id })).toMatch(
      /^invalid_argument: .*placement of edge\/counted/,
    );
  });

  it.for(["send", "after"])("is invalid_argument in a handler that does `%s`", async (what) => {
    const self = `group-${kind}-${what}`;
    await send(`edge/sender/${self}`, `${what} ${kind}-inside`);
    await expectDead(`${self} invalid_argument`);
    // Its object, and all that is in it, goes on.
    expect(await call("edge/counted/group-neighbour", "ask")).toBeGreaterThan(0);
  });

  it("can be caught in a handler", async () => {
    const before = await call("edge/counted/caught", "ask");
    await send(`edge/sender/group-catches-${kind}`, `caught ${kind}-inside`);
    await expect.poll(() => call("edge/counted/caught", "ask")).toBeGreaterThan(before + 1);
  });
});

describe("a placement that fails later", () => {
  it("makes a dead letter of a delayed message when it is due, and its object goes on", async () => {
    await send("edge/sender/group-delays", "after later-timer");
    await control("break", { is: "broken" });
    await expectDead("later-timer invalid_argument");
    expect(await call("edge/counted/group-neighbour", "ask")).toBeGreaterThan(0);
  });

  it("leaves a dead letter that is replayed where it is, until it is mended", async () => {
    const replay = async (): Promise<void> => {
      const letter = (await deadLetters()).find(({ address }) => address.id === "later-timer");
      const path = `/admin/dead-letters/${letter?.id}/replay`;
      const init = {
        method: "POST",
        headers: { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() },
      };
      await fetch(`${objects.url()}${path}`, init);
    };
    await replay();
    await expectDead("later-timer invalid_argument");
    await control("break", { is: "mended" });
    await replay();
    await expect.poll(codes).not.toContain("later-timer invalid_argument");
    await expect.poll(() => call("edge/counted/later-timer", "ask")).toBeGreaterThan(1);
  });

  it("is invalid_argument for a reply, and the object of the one who replies goes on", async () => {
    await send("edge/sender/later-asks", "asks group-answers");
    await expectDead("group-answers invalid_argument");
    await control("break", { is: "mended" });
    expect(await call("edge/counted/group-neighbour", "ask")).toBeGreaterThan(0);
  });
});
