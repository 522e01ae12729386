import { copyFileSync } from "node:fs";
import { StatefulFunctions, string } from "statefun";
import { expect, it } from "vitest";
import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import { compactStore } from "../store/changed-driver.ts";
import { linkStoreOf } from "../store/subject.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { startPartition } from "./support/partition.ts";

const newPath = temporaryFiles();

/** The other end of a link, as the engine takes batches, with a store that is never lost. */
class Receiver {
  readonly heard: string[] = [];
  readonly batches: LinkBatch[] = [];
  epoch = 0;
  last = 0;

  receive(batch: LinkBatch): LinkAnswer {
    this.batches.push(batch);
    const { epoch, first, messages } = batch;
    if (epoch < this.epoch) return { kind: "taken", epoch: this.epoch, last: this.last };
    const last = epoch === this.epoch ? this.last : 0;
    if (first > last + 1) return { kind: "gap", epoch, expected: last + 1 };
    const fresh = messages.slice(last + 1 - first);
    this.heard.push(
      ...fresh.map(({ argument }) => string.decode(argument.bytes ?? new Uint8Array())),
    );
    this.epoch = epoch;
    this.last = last + fresh.length;
    return { kind: "taken", epoch, last: this.last };
  }
}

type Deliver = (batch: LinkBatch) => Promise<LinkAnswer>;

/** A run of an engine that sends these texts to another partition, in one window, until all have arrived. */
async function run(
  path: string,
  texts: readonly string[],
  deliver: Deliver,
  arrive = true,
): Promise<void> {
  const functions = new StatefulFunctions();
  functions.bind("test/sends", { accepts: string }, (context, text) => {
    for (const one of text.split(" ")) {
      context.send({ typename: "test/away", id: "1" }, string.of(one));
    }
  });
  const engine = await startPartition({
    functions,
    store: linkStoreOf(compactStore(path, () => ({}))),
    placement: ({ typename }) => (typename === "test/away" ? "there" : "here"),
    deliver: (_, batch) => deliver(batch),
  });
  const argument = {
    typename: string.typename,
    bytes: string.encode(texts.join(" ")),
    headers: [],
  };
  if (texts.length > 0) {
    const target = { typename: "test/sends", id: "1" };
    await engine.send({ target, argument, idempotencyKey: undefined, delayMs: 0 });
  }
  await engine.idle();
  if (arrive) await expect.poll(() => engine.health().waitingLinks, { timeout: 2_000 }).toEqual([]);
  await engine.close(0);
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}${n}`);

it.for([
  { forgotten: 3, sent: 1 },
  { forgotten: 3, sent: 3 },
  { forgotten: 3, sent: 5 },
  { forgotten: 1, sent: 1 },
  { forgotten: 0, sent: 2 },
])(
  "a partition that runs with an older store loses nothing that it sends: $sent after $forgotten that it has forgotten",
  async ({ forgotten, sent }) => {
    const there = new Receiver();
    const deliver: Deliver = async (batch) => there.receive(batch);
    const path = newPath();
    await run(path, ["first"], deliver);
    const older = newPath();
    copyFileSync(path, older);
    await run(path, numbered("forgotten", forgotten), deliver);
    await run(older, numbered("sent", sent), deliver);
    expect(there.heard).toEqual([
      "first",
      ...numbered("forgotten", forgotten),
      ...numbered("sent", sent),
    ]);
  },
);

it("what earlier runs have left arrives once, under their epoch, and before what is new", async () => {
  const there = new Receiver();
  const path = newPath();
  // Taken, and the answer is lost.
  const lost: Deliver = async (batch) => {
    there.receive(batch);
    throw new Error("the connection is closed");
  };
  await run(path, ["left0", "left1"], lost, false);
  await run(path, ["new0", "new1"], async (batch) => there.receive(batch));
  expect(there.heard).toEqual(["left0", "left1", "new0", "new1"]);
  const epochs = [...new Set(there.batches.map(({ epoch }) => epoch))];
  expect(epochs).toHaveLength(2);
  expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
});
