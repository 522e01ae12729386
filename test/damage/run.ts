import { expect, vi } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { Store } from "../../src/engine/contract/store.ts";
import { inspect } from "../../src/host/inspect.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { arrival, letters, partition, program } from "./genuine.ts";

/** What an engine on a damaged store said. */
export interface Ran {
  /** The error that it was refused with. */
  readonly refused: unknown;
  readonly errors: readonly unknown[];
}

/** Runs an engine on a store for a while, with work of every kind, and closes it. */
export async function runOn(store: Store): Promise<Ran> {
  const errors: unknown[] = [];
  const { functions, heard } = program();
  let engine: Engine;
  try {
    engine = await partition(store, {
      functions,
      onError: (error) => void errors.push(error),
      deliver: async (_, { epoch, first, messages }) => ({
        kind: "taken",
        epoch,
        last: first + messages.length - 1,
      }),
    });
  } catch (refused) {
    return { refused, errors };
  }
  for (const id of ["1", "2", "3", "new"]) await exercise(engine, id);
  await engine.receive(letters(1, "new", "newer", "newest")).catch(expectOurs);
  await look(engine);
  const isDone = () => heard.includes("emit new") && heard.includes("due");
  await vi.waitUntil(() => engine.failure() !== undefined || isDone(), { timeout: 60_000 });
  expect(engine.failure()).toBeUndefined();
  await engine.close(0);
  for (const error of errors) {
    if (error instanceof Error && error.message === "no") continue;
    expectOurs(error);
  }
  return { refused: undefined, errors };
}

async function exercise(engine: Engine, id: string): Promise<void> {
  for (const word of ["fail", "someday", "cancel", "emit", "lost", "away", "park", "later"]) {
    await engine.send(arrival(id, `${word} ${id}`)).catch(expectOurs);
  }
  for (const key of ["key", "call"]) {
    await engine.send(arrival(id, `${key} ${id}`, `${key} ${id}`)).catch(expectOurs);
  }
  try {
    engine.call(arrival(id, `call ${id}`, `call ${id}`), () => {});
    engine.position(`topic/${id}`);
  } catch (error) {
    expectOurs(error);
  }
}

/** As an operator does, whose looks must not throw because of one bad record among them. */
async function look(engine: Engine): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
  engine.kept("demo/out", 0, 100);
  engine.health();
  for (const id of ["1", "2", "3", "linked", "new"]) {
    try {
      inspect(engine, { typename: "demo/hears", id });
    } catch (error) {
      expectOurs(error);
    }
  }
  for (const { number } of engine.deadLetters(0, 100))
    await engine.replay(number).catch(expectOurs);
  await engine.flush();
}

function expectOurs(error: unknown): void {
  if (!(error instanceof StateFunError)) throw error;
}
