import { type DescMessage, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as FieldPresence } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/engine/contract/store.ts";
import * as kinds from "../../src/store/object/compact-kinds.ts";
import { compactStore } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { fixtureUniverse, nextWindow } from "./fixture-windows.ts";
import { snapshot } from "./snapshot.ts";
import {
  joinedBytes as bytes,
  later,
  type Row,
  rewrite,
  rowsOf,
  schemaOf,
  schemas,
  topFields,
  writeAll,
} from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const written = () => writeAll(newPath());
const all = (store: Store) => canonical(snapshot(store, fixtureUniverse, 80));

describe("the records of an object", () => {
  it("are the messages that proto/store/records.proto says, with nothing beside them", async () => {
    const rows = rowsOf(await written());
    for (const row of rows) {
      const schema = schemaOf(row);
      expect(schema, `kind ${row.kind}`).toBeDefined();
      if (schema === undefined) continue;
      const read = fromBinary(schema, row.data);
      expect(read.$unknown, schema.name).toBeUndefined();
      // What it says of required ones holds for texts that are empty, and for 0.
      const required = schema.fields.filter(
        ({ presence }) => presence === FieldPresence.LEGACY_REQUIRED,
      );
      expect(topFields(row.data)).toEqual(
        expect.arrayContaining(required.map(({ number }) => number)),
      );
    }
    expect(new Set(rows.map(({ kind }) => kind)).size).toBe(schemas.size + 1);
  });

  it("say to a reader of the schema what the store was told", async () => {
    const rows = rowsOf(await written());
    const read = (kind: number, index = 0) => {
      const row = rows.filter((one) => one.kind === kind)[index] as Row;
      const schema = schemaOf(row) as DescMessage;
      return toJson(schema, fromBinary(schema, row.data));
    };
    const headers = { headers: [{ key: "k" }, { value: "" }, { key: "k", value: "AQID" }] };
    const x = { type: "demo/Text", value: "eA==", headers };
    const target = { targetTypename: "demo/fn", targetId: "a" };
    const caller = { callerTypename: "demo/caller", callerId: "b" };
    expect(read(kinds.message)).toEqual({
      ...target,
      ...caller,
      ...x,
      attempts: "2",
      crashes: "1",
    });
    expect(read(kinds.outbox)).toMatchObject({ first: "1", messages: [{}, {}, x] });
    expect(read(kinds.progress)).toEqual({
      ...{ sequence: "2", opener: "o", openedAt: "3", time: "70", lastNumber: "40", lastCell: "5" },
      ...{ identity: "i", isClean: true, lastAccepted: "18" },
    });
    const ended = {
      key: "key",
      call: "call key",
      outcome: "OUTCOME_ERROR",
      code: "c",
      reason: "r",
    };
    const accepted = [0, 1, 2].map((index) => read(kinds.accepted, index));
    expect(accepted).toContainEqual({ ...target, ...ended, digest: "digest of key" });
    expect(accepted).toContainEqual({
      ...{ ...target, ...x, key: "other", digest: "digest of other", outcome: "OUTCOME_REPLY" },
    });
  });

  it("are read the same with fields of a later version, before and behind those that are known", async () => {
    const path = await written();
    const subject = await Subject.open(() => () => compactStore(path));
    const before = all(subject.store);
    for (const where of ["before", "behind"]) {
      subject.store.close();
      rewrite(path, ({ data }) => (where === "before" ? bytes(later, data) : bytes(data, later)));
      await subject.reopen();
      expect(all(subject.store)).toBe(before);
    }
    subject.store.commit(nextWindow);
    subject.store.close();
  });

  it("are read the same from another writer of the schema, in the order of its fields", async () => {
    const path = await written();
    const subject = await Subject.open(() => () => compactStore(path));
    const before = all(subject.store);
    subject.store.close();
    const rows = rewrite(path, (row) => {
      const schema = schemaOf(row);
      return schema === undefined ? row.data : toBinary(schema, fromBinary(schema, row.data));
    });
    expect(rowsOf(path)).not.toEqual(rows);
    await subject.reopen();
    expect(all(subject.store)).toBe(before);
    subject.store.close();
  });
});
