import { string } from "statefun";
import { encrypted } from "statefun/encryption";
import { optional, utf8 } from "statefun/kafka-connector";
import { expect, it } from "vitest";
import { openRecordsOf } from "../../src/connectors/kafka/in/open-records.ts";
import { changingKeys } from "../encryption/support.ts";

const recordOf = (value: Uint8Array | null) => ({
  topic: "t",
  partition: 0,
  offset: 0n,
  timestampMs: 0,
  key: null,
  value,
  headers: [],
});

it("records of types that are not encrypted are not waited for", () => {
  expect([utf8, string, optional(string)].map((decoder) => openRecordsOf(decoder))).toEqual(
    Array(3).fill(undefined),
  );
});

it("a key that never comes is missing after its time, for its record alone", async () => {
  const ring = changingKeys("a", "a", "b");
  const Secret = encrypted(string, ring);
  const { bytes: first } = await Secret.seal("one");
  ring.current = "b";
  const { bytes: second } = await Secret.seal("two");
  const { get } = ring;
  ring.get = (id) => (id === "a" ? new Promise(() => {}) : get(id));
  const open = openRecordsOf(optional(Secret), 20) ?? expect.fail("is not opened");
  const [late, opened, none] = await open([first, second, null].map(recordOf));
  expect(late?.late).toMatchObject({
    code: "unavailable",
    message: "a value of io.statefun.types/string.encrypted: its key did not arrive within 20 ms",
  });
  expect(Secret.decode(opened?.value ?? expect.fail("no value"))).toBe("two");
  expect(none).toEqual(recordOf(null));
});
