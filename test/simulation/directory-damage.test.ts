import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { directoryOf } from "../../src/durable-object/directory-shards.ts";
import { expiring, state } from "../../src/store/object/object-kinds.ts";
import { type Env, FewObjects } from "./objects/few-objects.ts";
import type { Snapshot } from "./objects/storage.ts";

const guest = "shop/guest";
const dayMs = 86_400_000;
type Row = Snapshot["rows"][number];

function guests(done: string[], expires: boolean): StatefulFunctions<Env> {
  const functions = new StatefulFunctions<Env>("directory");
  const seen = expires ? ({ type: string, expireAfterWriteMs: 60_000 } as const) : string;
  functions.bind(guest, { accepts: string, state: { seen } }, (context, text) => {
    context.state.seen = text;
    done.push(`${context.self.id} ${text.length}`);
  });
  return functions;
}

function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new Error(`the row has no ${column}`);
}

/** Overwrites the second letter of this in the key. */
function inKey(text: string) {
  return (row: Row): Row => {
    const key = bytesOf(row, "key").slice();
    const at = new TextDecoder("latin1").decode(key).indexOf(text);
    key[at + 1] = 0xff;
    return { ...row, key };
  };
}

const damages: Readonly<Record<string, (row: Row) => Row>> = {
  id: inKey("aaaaaa"),
  name: inKey("seen"),
  number: (row) => ({ ...row, number: "none" }),
  "no number": (row) => ({ ...row, number: null }),
  data: (row) => ({ ...row, data: bytesOf(row, "data").slice().fill(0xff, 0, 40) }),
};

const cases = [false, true].flatMap((expires) =>
  [false, true].flatMap((isOnLater) =>
    Object.keys(damages).map((what) => ({ what, expires, isOnLater })),
  ),
);

describe("a row of a state that cannot be read", () => {
  it.each(cases)(
    "stops no other instance: $what, expires: $expires, on later: $isOnLater",
    async ({ what, expires, isOnLater }) => {
      const placement = () => "one";
      const on = { placement, directory: true } as const;
      const first = new FewObjects({
        functions: guests([], expires),
        ...(isOnLater ? { placement } : on),
      });
      await first.send(guest, "aaaaaa", "x".repeat(5_000));
      await first.pass(1_000);
      const snapshot = damagedIn(first, "one", damages[what]);
      const done: string[] = [];
      const objects = new FewObjects({ functions: guests(done, expires), ...on });
      const one = objects.object("one");
      one.disk.restore(snapshot);
      for (const text of ["hello", "again"]) {
        await objects.send(guest, "b", text);
        // By then the other one has expired, if it does.
        await objects.pass(70_000);
      }
      expect(done).toEqual(["b 5", "b 5"]);
      const address = { typename: guest, id: "aaaaaa" };
      await objects.settled(one.rpc.operate("one", "instance", { address }));
      await objects.send(guest, "aaaaaa", "its own");
      await objects.pass(1_000);
      await objects.send(guest, "b", "end");
      expect(done.at(-1)).toBe("b 3");
    },
  );
});

/** How an object is, with its first state damaged. */
function damagedIn(
  objects: FewObjects,
  name: string,
  damage: ((row: Row) => Row) | undefined,
): Snapshot {
  const object = objects.object(name);
  object.die("for a snapshot");
  const snapshot = object.disk.snapshot();
  let count = 0;
  const rows = snapshot.rows.map((row) => {
    const isState = row["kind"] === state || row["kind"] === expiring;
    if (!isState || damage === undefined || count++ > 0) return row;
    return damage(row);
  });
  expect(count).toBeGreaterThan(0);
  return { ...snapshot, rows };
}

it("a row of the directory that cannot be read takes its addresses alone", async () => {
  const objects = new FewObjects({ functions: guests([], false), directory: true });
  const { shardOf } = directoryOf(true, { get: () => undefined } as never);
  const name = "statefun/directory/3";
  const isIn = (id: string) => shardOf({ typename: guest, id }).id === "3";
  const ids = Array.from({ length: 9_000 }, (_, n) => `id-${n}`).filter(isIn);
  const list = async () => {
    const want = { typename: guest, prefix: "", after: undefined, limit: 999 };
    const answer = await objects.settled(objects.object(name).rpc.operate(name, "ids", want));
    return "value" in answer ? answer.value.ids : answer;
  };
  const known = ids.slice(0, 400);
  for (const id of known) await objects.send(guest, id, "x");
  expect(await list()).toHaveLength(400);
  const damaged = damagedIn(objects, name, damages["data"]);
  objects.object(name).disk.restore(damaged);
  const now = objects.now();
  await objects.send(guest, ids[400] ?? "", "x");
  // Who sends waits for a directory that does not answer.
  expect(objects.now() - now).toBeLessThan(100);
  const listed = await list();
  expect(listed).toContain(ids[400]);
  expect(objects.errors).toEqual([expect.objectContaining({ code: "state_undecodable" })]);
  // They say it again when they are written after a rest.
  await objects.pass(2 * dayMs);
  for (const id of known) await objects.send(guest, id, "y");
  expect(await list()).toHaveLength(401);
});
