import { egress, int, StatefulFunctions, string } from "statefun";
import type { LinkBatch } from "../../src/engine/contract/links.ts";
import type { Store } from "../../src/engine/contract/store.ts";
import { type PartitionParts, startPartition } from "../engine/support/partition.ts";
import { hasLinks } from "../store/subject.ts";

export const out = egress("demo/out", string);

/** A program that leaves something in every table. */
export function program() {
  const heard: string[] = [];
  const functions = new StatefulFunctions();
  const state = { count: int, last: { type: string, expireAfterWriteMs: 3_600_000 } };
  functions.bind("demo/hears", { accepts: string, replies: string, state }, (context, text) => {
    heard.push(text);
    context.state.count = (context.state.count ?? 0) + 1;
    context.state.last = text;
    const [what] = text.split(" ");
    if (what === "fail") throw new Error("no");
    if (what === "later") context.sendAfter(50, context.self, string.of("due"));
    if (what === "someday")
      context.sendAfter(1e9, context.self, string.of("never"), { cancellationToken: text });
    if (what === "cancel") context.cancel("someday 1");
    if (what === "emit") context.emit(out, text, { headers: { "a header": text } });
    if (what === "lost") context.emit(egress("demo/unbound", string), text);
    if (what === "away") context.send({ typename: "away/fn", id: text }, string.of(text));
    if (what === "park") context.send({ typename: "demo/nobody", id: text }, string.of(text));
    if (what === "call") context.reply(text);
  });
  return { functions, heard };
}

export function partition(
  store: Store,
  parts: Omit<PartitionParts, "functions" | "store" | "kept"> & Pick<PartitionParts, "functions">,
) {
  const placement = ({ typename }: { typename: string }) =>
    typename.startsWith("away/") ? "away" : "here";
  return startPartition({ kept: out, store, placement, ...parts });
}

const argument = (text: string) => ({
  typename: string.typename,
  bytes: string.encode(text),
  headers: [],
});

export const arrival = (id: string, text: string, key?: string) => ({
  target: { typename: "demo/hears", id },
  argument: argument(text),
  idempotencyKey: key,
  delayMs: 0,
});

/** A batch of another partition. */
export const letters = (first: number, ...list: readonly string[]): LinkBatch => ({
  from: "there",
  epoch: 5,
  first,
  messages: list.map((text) => ({
    target: { typename: "demo/hears", id: "linked" },
    caller: { typename: "there/fn", id: "1" },
    argument: argument(text),
  })),
});

/** Writes a store with several rows of every kind, as an engine leaves it that ends in the middle of its work. */
export async function writeGenuine(store: Store): Promise<void> {
  const { functions } = program();
  const engine = await partition(store, { functions });
  const words = ["fail", "someday", "emit", "lost", "away", "park", "later"];
  for (const id of ["1", "2", "3"]) {
    for (const word of words) await engine.send(arrival(id, `${word} ${id}`));
    await engine.send(arrival(id, `key ${id}`, `key ${id}`));
    await new Promise<void>((resolve) => {
      engine.call(arrival(id, `call ${id}`, `call ${id}`), () => resolve());
    });
    engine.ingest({ source: `topic/${id}`, position: "17", messages: [] }, () => {});
  }
  if (hasLinks(store)) await engine.receive(letters(1, "one", "two"));
  await new Promise((resolve) => setTimeout(resolve, 30));
  await engine.flush();
  await engine.close(0);
}
