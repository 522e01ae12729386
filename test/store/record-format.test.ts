import { type DescMessage, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as FieldPresence } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/engine/contract/store.ts";
import * as kinds from "../../src/store/object/object-kinds.ts";
import * as records from "../gen/store/records_pb.ts";
import { objectStore } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { fixtureUniverse, nextWindow } from "./fixture-windows.ts";
import { added, cell, message } from "./records.ts";
import { snapshot } from "./snapshot.ts";
import {
  joinedBytes as bytes,
  headField,
  headOf,
  headRowsOf,
  later,
  places,
  type Row,
  rewrite,
  rewriteHead,
  rowsOf,
  schemaOf,
  schemas,
  topFields,
  writeAll,
} from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const all = (store: Store) => canonical(snapshot(store, fixtureUniverse, 80));

describe.each(places)("the records of an object, in %s,", (_, limits) => {
  const written = () => writeAll(newPath(), limits);
  const opened = (path: string) => Subject.open(() => () => objectStore(path, () => ({}), limits));

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

  it("are where they should be", async () => {
    const rows = headRowsOf(await written());
    for (const row of rows) expect(row.$unknown).toBeUndefined();
    expect(rows.length > 0).toBe(limits.headBytes > 0);
  });

  it("say to a reader of the schema what the store was given", async () => {
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
    const subject = await opened(path);
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

  it("stay with what a later version says of the rows in the head, until they are written anew", async () => {
    const path = newPath();
    const subject = await opened(path);
    subject.commit({ cells: [cell(1), cell(2)], messages: added(message(1)) });
    subject.store.close();
    rewriteHead(path, (data) => {
      const { rows } = fromBinary(records.ProgressSchema, data);
      const packed = rows.map((row) => headField(toBinary(records.HeadRowSchema, row), later));
      return bytes(...packed, headOf({ kind: 0, data }).progress);
    });
    await subject.reopen();
    subject.commit({ cells: [cell(1)] });
    subject.store.close();
    const unknown = headRowsOf(path).map(({ kind, $unknown }) => [kind, $unknown?.length ?? 0]);
    const isPacked = limits.headBytes > 0;
    expect(unknown).toEqual(
      isPacked
        ? [
            [16n, 7],
            [1n, 7],
            [16n, 0],
          ]
        : [],
    );
  });

  it("are read the same from another writer of the schema, in the order of its fields", async () => {
    const path = await written();
    const subject = await opened(path);
    const before = all(subject.store);
    subject.store.close();
    const rows = rewrite(path, (row) => {
      const schema = schemaOf(row);
      return schema === undefined ? row.data : toBinary(schema, fromBinary(schema, row.data));
    });
    expect(rowsOf(path)).not.toEqual(rows);
    rewriteHead(path, (data) =>
      toBinary(records.ProgressSchema, fromBinary(records.ProgressSchema, data)),
    );
    await subject.reopen();
    expect(all(subject.store)).toBe(before);
    subject.store.close();
  });
});
