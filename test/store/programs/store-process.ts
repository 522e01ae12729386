import process from "node:process";
import { sqliteStore } from "../../../src/store/file/sqlite-store.ts";
import { engineStoreOf } from "../../../src/store/store-handle.ts";
import { added, emptyWindow, message, value } from "../records.ts";

/**
 * A process that has a store: `store-process <what> <path> [durability]`. Tells in lines of JSON what happens, and ends when its input
 * does.
 */
const [, , what, path = "", durability = "full"] = process.argv;

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const described = (error: unknown) => {
  const { code, message: reason } = Object(error);
  return { code, reason };
};

const store = engineStoreOf(
  sqliteStore(path, { durability: durability === "normal" ? "normal" : "full" }),
);
const large = value(new Uint8Array(100_000).fill(7));

/** One more window, with one more message. */
function commit(sequence: number): void {
  const messages = added(message(sequence, { argument: large }));
  store.commit({ ...emptyWindow(sequence), lastNumber: sequence, messages });
}

/** Until something fails, which must leave what was committed, and the store fit for use. */
function fill(sequence: number): void {
  let next = sequence;
  let failure: unknown;
  while (failure === undefined && next < 1_000) {
    try {
      commit(next);
      next += 1;
    } catch (error) {
      failure = error;
    }
  }
  say({ committed: next - 1, ...described(failure) });
  try {
    commit(next);
    say({ again: "done" });
  } catch (error) {
    say({ again: described(error).code });
  }
  say({ readable: store.messages(0, 1_000).length });
}

try {
  const { sequence } = await store.open();
  say({ opened: sequence });
  if (what === "hold") {
    commit(sequence + 1);
    say({ committed: sequence + 1 });
    for await (const _ of process.stdin);
  }
  if (what === "fill") fill(sequence + 1);
  if (what === "commit for ever") {
    for (let next = sequence + 1; ; next += 1) {
      commit(next);
      await store.durable();
      await new Promise<void>((resolve) => {
        process.stdout.write(`{"committed":${next}}\n`, () => resolve());
      });
    }
  }
  store.close();
} catch (error) {
  say(described(error));
}
