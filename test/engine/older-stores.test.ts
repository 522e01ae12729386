import { copyFileSync } from "node:fs";
import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import { objectStore } from "../store/changed-driver.ts";
import { linkStoreOf } from "../store/subject.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { startPartition } from "./support/partition.ts";

const newPath = temporaryFiles();
const storeAt = (path: string) => linkStoreOf(objectStore(path, () => ({})));

function copied(path: string): string {
  const copy = newPath();
  copyFileSync(path, copy);
  return copy;
}

/** The other end of a link: an engine that may be started again, and what its function has heard. */
class Receiver {
  readonly heard: string[] = [];
  readonly batches: LinkBatch[] = [];
  readonly #path = newPath();
  #engine: Engine | undefined;

  async receive(batch: LinkBatch): Promise<LinkAnswer> {
    this.batches.push(batch);
    this.#engine ??= await this.#start();
    const answer = await this.#engine.receive(structuredClone(batch));
    await this.#engine.idle();
    return answer;
  }

  async end(): Promise<void> {
    await this.#engine?.close(0);
    this.#engine = undefined;
  }

  #start(): Promise<Engine> {
    const functions = new StatefulFunctions();
    functions.bind("test/away", { accepts: string }, (_, text) => {
      this.heard.push(text);
    });
    return startPartition({ functions, store: storeAt(this.#path) });
  }
}

type Deliver = (batch: LinkBatch) => Promise<LinkAnswer>;

const lost = () => Promise.reject(new Error("the connection is closed"));

interface Sending {
  readonly texts: readonly string[];
  readonly deliver: Deliver;
  readonly errors?: unknown[];
}

/** An engine that sends texts to another partition. */
async function senderOf(path: string, { texts, deliver, errors = [] }: Sending): Promise<Engine> {
  const functions = new StatefulFunctions();
  functions.bind("test/sends", { accepts: string }, (context, text) => {
    for (const one of text.split(" ")) {
      context.send({ typename: "test/away", id: "1" }, string.of(one));
    }
  });
  const engine = await startPartition({
    functions,
    store: storeAt(path),
    placement: ({ typename }) => (typename === "test/away" ? "there" : "here"),
    deliver: (_, batch) => deliver(batch),
    onError: (error) => errors.push(error),
  });
  if (texts.length > 0) await say(engine, texts);
  return engine;
}

/** Sends them in one window. */
async function say(engine: Engine, texts: readonly string[]): Promise<void> {
  const bytes = string.encode(texts.join(" "));
  const target = { typename: "test/sends", id: "1" };
  const argument = { typename: string.typename, bytes, headers: [] };
  await engine.send({ target, argument, idempotencyKey: undefined, delayMs: 0 });
  // They are in the outbox, whatever is on its way.
  await expect.poll(() => engine.health().pendingMessages).toBe(0);
}

const arrived = (engine: Engine) => expect.poll(() => engine.health().waitingLinks).toEqual([]);

/** A run that sends these until all have arrived, or that ends when they were tried. */
async function run(path: string, sending: Sending, arrives = true): Promise<void> {
  const engine = await senderOf(path, sending);
  await engine.idle();
  if (arrives) await arrived(engine);
  await engine.close(0);
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}${n}`);

/** A sender's store after `first` has arrived, as it was before `forgotten` arrived too. */
async function restored(there: Receiver, forgotten: number): Promise<string> {
  const deliver: Deliver = (batch) => there.receive(batch);
  const path = newPath();
  await run(path, { texts: ["first"], deliver });
  const older = copied(path);
  if (forgotten > 0) await run(path, { texts: numbered("forgotten", forgotten), deliver });
  return older;
}

const cases = [
  { forgotten: 3, sent: 1 },
  { forgotten: 3, sent: 3 },
  { forgotten: 3, sent: 5 },
  { forgotten: 1, sent: 1 },
  { forgotten: 0, sent: 2 },
];

const heardOf = ({ forgotten, sent }: (typeof cases)[number]) => [
  "first",
  ...numbered("forgotten", forgotten),
  ...numbered("sent", sent),
];

/** What was on its way at the time of the snapshot may come twice. */
const onceFirst = (heard: readonly string[]) =>
  heard.filter((text, index) => text !== "first" || index === 0);

describe("a partition that runs with an older store loses and doubles nothing that it sends", () => {
  it.for(cases)("$sent after $forgotten that it has forgotten", async (one) => {
    const there = new Receiver();
    const older = await restored(there, one.forgotten);
    const errors: unknown[] = [];
    const deliver: Deliver = (batch) => there.receive(batch);
    await run(older, { texts: numbered("sent", one.sent), deliver, errors });
    expect(there.heard).toEqual(heardOf(one));
    expect(errors).toHaveLength(one.forgotten === 0 ? 0 : 1);
    await there.end();
  });

  it.for(cases)("where the receiver ends before each batch: $sent, $forgotten", async (one) => {
    const there = new Receiver();
    const older = await restored(there, one.forgotten);
    const deliver: Deliver = async (batch) => {
      await there.end();
      return there.receive(batch);
    };
    await run(older, { texts: numbered("sent", one.sent), deliver });
    expect(there.heard).toEqual(heardOf(one));
    await there.end();
  });

  it.for(cases)("where its first request is lost: $sent, $forgotten", async (one) => {
    const there = new Receiver();
    const older = await restored(there, one.forgotten);
    let requests = 0;
    const deliver: Deliver = (batch) => (++requests === 1 ? lost() : there.receive(batch));
    await run(older, { texts: numbered("sent", one.sent), deliver });
    expect(there.heard).toEqual(heardOf(one));
    await there.end();
  });

  it.for(cases)("where its first answers are lost: $sent, $forgotten", async (one) => {
    const there = new Receiver();
    const older = await restored(there, one.forgotten);
    let requests = 0;
    const deliver: Deliver = async (batch) => {
      const answer = await there.receive(batch);
      return ++requests <= 2 ? lost() : answer;
    };
    await run(older, { texts: numbered("sent", one.sent), deliver });
    expect(there.heard).toEqual(heardOf(one));
    await there.end();
  });

  it.for(cases)("with what it has not removed yet: $sent, $forgotten", async (one) => {
    const there = new Receiver();
    const path = newPath();
    await run(
      path,
      { texts: ["first"], deliver: (batch) => there.receive(batch).then(lost) },
      false,
    );
    const older = copied(path);
    const deliver: Deliver = (batch) => there.receive(batch);
    await run(path, { texts: numbered("forgotten", one.forgotten), deliver });
    await run(older, { texts: numbered("sent", one.sent), deliver });
    expect(onceFirst(there.heard)).toEqual(heardOf(one));
    await there.end();
  });

  it.for(cases)("where it ends before it hears of it: $sent, $forgotten", async (one) => {
    const there = new Receiver();
    const older = await restored(there, one.forgotten);
    const [early, late] = [numbered("early", one.sent), numbered("late", one.sent)];
    await run(older, { texts: early, deliver: lost }, false);
    await run(older, { texts: late, deliver: (batch) => there.receive(batch) });
    expect(there.heard.slice(1 + one.forgotten)).toEqual([...early, ...late]);
    await there.end();
  });

  it("where it is restored twice", async () => {
    const there = new Receiver();
    const older = await restored(there, 3);
    const again = copied(older);
    const deliver: Deliver = (batch) => there.receive(batch);
    await run(older, { texts: numbered("sent", 3), deliver });
    await run(again, { texts: numbered("again", 3), deliver });
    expect(there.heard.slice(4)).toEqual([...numbered("sent", 3), ...numbered("again", 3)]);
    await there.end();
  });
});

it("what is appended while an older store repeats what was on its way is not taken for it", async () => {
  const there = new Receiver();
  const path = newPath();
  await run(path, { texts: ["first"], deliver: lost }, false);
  const older = copied(path);
  const deliver: Deliver = (batch) => there.receive(batch);
  await run(path, { texts: numbered("forgotten", 3), deliver });
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const engine = await senderOf(older, {
    texts: [],
    deliver: (batch) => gate.then(() => there.receive(batch)),
  });
  await say(engine, numbered("sent", 3)).then(open, open);
  await arrived(engine);
  await engine.close(0);
  expect(onceFirst(there.heard)).toEqual(heardOf({ forgotten: 3, sent: 3 }));
  await there.end();
});

describe("a partition whose store is the last one", () => {
  it("sends what earlier runs have left once, before what is new, and under the same epoch", async () => {
    const there = new Receiver();
    const path = newPath();
    const answerLost: Deliver = (batch) => there.receive(batch).then(lost);
    await run(path, { texts: ["left0", "left1"], deliver: answerLost }, false);
    await run(path, { texts: ["left2"], deliver: lost }, false);
    await there.end();
    const errors: unknown[] = [];
    const deliver: Deliver = (batch) => there.receive(batch);
    await run(path, { texts: ["new0", "new1"], deliver, errors });
    expect(there.heard).toEqual(["left0", "left1", "left2", "new0", "new1"]);
    expect(new Set(there.batches.map(({ epoch }) => epoch)).size).toBe(1);
    expect(errors).toEqual([]);
    await there.end();
  });

  it("is not held up by batches of its earlier runs that come late", async () => {
    const there = new Receiver();
    const path = newPath();
    const late: LinkBatch[] = [];
    const kept: Deliver = async (batch) => {
      late.push(batch);
      return there.receive(batch);
    };
    for (const name of ["a", "b", "c"]) {
      await run(path, { texts: numbered(name, 2), deliver: kept });
      for (const batch of late) await there.receive(batch);
    }
    expect(there.heard).toEqual(["a", "b", "c"].flatMap((name) => numbered(name, 2)));
    expect(new Set(there.batches.map(({ epoch }) => epoch)).size).toBe(1);
    await there.end();
  });
});
