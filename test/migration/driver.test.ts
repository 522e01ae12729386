import fc from "fast-check";
import { int, string } from "statefun";
import {
  collectExport,
  collectImport,
  exportRequests,
  importRequests,
  migratable,
  readAddresses,
  type RequestRecord,
} from "statefun/migration";
import { describe, expect, it } from "vitest";
import { writeExport } from "../../src/export-format/writer.ts";
import { counterName, counters, noteName } from "./functions.ts";
import { LittleCluster, message } from "./little-cluster.ts";

const text = (value: string) => message("io.statefun.types/string", string.encode(value));
const cluster = (options: object = {}, wire: "v2" | "v3" = "v3") =>
  new LittleCluster(
    migratable(counters(), { egress: "move/records", topic: "moved", ...options }),
    wire,
    ["count", "last", "notes"],
  );
const topic = (typename: string) => typename.replace("/", ".");

/** As Kafka and the ingresses do: a topic has one function as its target. */
async function deliver(to: LittleCluster, records: AsyncIterable<RequestRecord>, type: string) {
  for await (const { topic: name, key, value } of records) {
    await to.send(name.replace(".", "/"), key, message(`statefun.migration/${type}`, value));
  }
}

const numbers = Array.from({ length: 20 }, (_, index) => index);
const instances = [
  ...numbers.map((index) => ({ typename: counterName, id: `c${index}` })),
  ...numbers.map((index) => ({ typename: noteName, id: `é ${index}` })),
];

async function filled(one: LittleCluster): Promise<LittleCluster> {
  for (const { typename, id } of instances) {
    const count = Number(id.replace(/\D/g, ""));
    for (let times = 0; times < count; times++)
      await one.send(typename, id, text(`${id} ${times}`));
  }
  return one;
}

async function exported(one: LittleCluster) {
  const collector = await collectExport({ request: "out", instances });
  await deliver(one, exportRequests(instances, { request: "out", topic }), "export");
  for (const record of one.records) collector.add(record);
  return collector;
}

const bytesOf = async (stream: ReadableStream<Uint8Array>) =>
  new Uint8Array(
    await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
const open = (bytes: Uint8Array) => () => new Blob([Uint8Array.from(bytes)]).stream();
const linesOf = (bytes: Uint8Array) =>
  new TextDecoder()
    .decode(bytes)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const textBytes = (value: string) => new TextEncoder().encode(value);

describe("a move from one cluster to another", () => {
  it.each(["v2", "v3"] as const)(
    "brings every state from %s to v3, and counts go on",
    async (wire) => {
      const from = await filled(cluster({ maxRecordBytes: 4_096 }, wire));
      const collector = await exported(from);
      expect(collector.isComplete).toBe(true);
      expect([collector.empty, collector.duplicates]).toEqual([2, 0]);
      const bytes = await bytesOf(collector.export());
      const [header, partition, ...rest] = linesOf(bytes);
      expect(header).toMatchObject({ kind: "statefun-export", version: 1, engine: "flink" });
      expect(partition).toEqual({ kind: "partition", name: "", lastNumber: 0 });
      expect(rest.at(-1)).toMatchObject({ kind: "end", counts: { instances: 38 } });

      const to = cluster();
      const arrived = await collectImport({ request: "in", open: open(bytes) });
      await deliver(to, importRequests(open(bytes), { request: "in", topic }), "import");
      for (const record of to.records) arrived.add(record);
      expect(arrived.isComplete).toBe(true);
      for (const { typename, id } of instances) {
        const states = to.state(typename, id);
        expect([...states].sort()).toEqual([...from.state(typename, id)].sort());
        await to.send(typename, id, text("more"));
      }
      const count = to.state(counterName, "c19").get("count");
      expect(int.decode(count?.bytes ?? new Uint8Array())).toBe(20);
    },
  );

  it("brings a state of megabytes in records that every broker takes", async () => {
    const from = cluster();
    await from.send(counterName, "a", text("x".repeat(2_000_000)));
    const large = [{ typename: counterName, id: "a" }];
    await deliver(from, exportRequests(large, { request: "out", topic }), "export");
    expect(from.records.length).toBeGreaterThan(5);
    expect(from.records.every((record) => record.length <= 900_000)).toBe(true);
    const collector = await collectExport({ request: "out", instances: large });
    for (const record of from.records) collector.add(record);
    const bytes = await bytesOf(collector.export());
    const to = cluster();
    await deliver(to, importRequests(open(bytes), { request: "in", topic }), "import");
    expect([...to.state(counterName, "a")]).toEqual([...from.state(counterName, "a")]);
  });

  it("gives the same export whatever order the records come in, and how often", async () => {
    const from = await filled(cluster({ maxRecordBytes: 4_096 }));
    const collector = await exported(from);
    const whole = linesOf(await bytesOf(collector.export())).slice(1);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(from.records, { minLength: from.records.length }),
        fc.subarray(from.records),
        async (records, again) => {
          const other = await collectExport({ request: "out", instances });
          for (const record of [...records, ...again]) other.add(textBytes(record));
          expect(other.isComplete).toBe(true);
          expect(linesOf(await bytesOf(other.export())).slice(1)).toEqual(whole);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("what comes out of the egress", () => {
  const answer = (id: string, count: number, request = "out") => {
    const bytes = Buffer.from(int.encode(count)).toString("base64");
    const states = { count: { type: int.typename, bytes } };
    const instance = { kind: "instance", function: counterName, id, states };
    return JSON.stringify({ kind: "exported", request, instance });
  };
  const two = ["a", "b"].map((id) => ({ typename: counterName, id }));

  it("is an export only when every instance has answered", async () => {
    const collector = await collectExport({ request: "out", instances: two });
    expect(collector.add(answer("a", 1))).toBe("answer");
    expect(collector.missing()).toEqual([{ typename: counterName, id: "b" }]);
    expect(() => collector.export()).toThrow("the export is not complete: 1 instances missing");
    expect(collector.add(answer("b", 1))).toBe("answer");
    expect(collector.isComplete).toBe(true);
  });

  it("may come twice, but not with two values: then something still reaches the instance", async () => {
    const collector = await collectExport({ request: "out", instances: two });
    const added = [answer("a", 1), answer("a", 1), answer("b", 1), answer("b", 2)].map((record) =>
      collector.add(record),
    );
    expect(added).toEqual(["answer", "duplicate", "answer", "changed"]);
    expect(collector.changed()).toEqual([{ typename: counterName, id: "b" }]);
    expect(() => collector.export()).toThrow("1 instances changed");
  });

  it("has refusals, which an answer to a second request takes back", async () => {
    const collector = await collectExport({ request: "out", instances: two });
    const about = { function: counterName, id: "a", code: "limit_exceeded", reason: "too much" };
    const refusal = { kind: "refused", of: "export", request: "out", ...about };
    expect(collector.add(JSON.stringify(refusal))).toBe("refused");
    collector.add(answer("b", 1));
    expect(collector.refused()).toEqual([refusal]);
    expect(collector.missing()).toEqual([]);
    expect(() => collector.export()).toThrow("1 instances refused");
    collector.add(answer("a", 1));
    expect([collector.isComplete, collector.refused()]).toEqual([true, []]);
  });

  it("may be of other runs, or nothing of this library at all", async () => {
    const collector = await collectExport({ request: "out", instances: two });
    const other = [
      answer("a", 1, "before"),
      answer("c", 1),
      "hello",
      "{}",
      "null",
      JSON.stringify({ kind: "exported", request: "out" }),
      JSON.stringify({
        kind: "exported",
        request: "out",
        instance: { function: counterName, id: "a", states: { count: {} } },
      }),
      JSON.stringify({
        kind: "imported",
        request: "out",
        function: counterName,
        id: "a",
        states: [],
        written: [],
      }),
      JSON.stringify({
        kind: "exported-part",
        request: "out",
        function: counterName,
        id: "a",
        part: 2,
        parts: 1,
      }),
    ];
    for (const record of other) expect(collector.add(record), record).toBe("other");
    expect(collector.missing()).toHaveLength(2);
  });

  it("has pieces that are not mixed up with those of another export", async () => {
    const collector = await collectExport({ request: "out", instances: two });
    const piece = (part: number, piece: string, sha256: string) =>
      JSON.stringify({
        kind: "exported-part",
        request: "out",
        function: counterName,
        id: "a",
        sha256,
        part,
        parts: 2,
        text: piece,
      });
    const whole = answer("a", 1);
    const added = [
      piece(0, whole.slice(0, 10), "a"),
      piece(1, whole.slice(10), "b"),
      piece(1, whole.slice(10), "a"),
    ];
    // No digest of theirs: what was changed on the way is no answer.
    expect(added.map((record) => collector.add(record))).toEqual(["part", "part", "part"]);
    expect(collector.missing()).toHaveLength(2);
  });

  it("on wire v2 may have states without a type, which are given one", async () => {
    const instance = {
      kind: "instance",
      function: counterName,
      id: "a",
      states: { count: { type: "", bytes: "AQ==" } },
    };
    const types = { [counterName]: { count: "my/bytes" } };
    const collector = await collectExport({ request: "out", instances: two.slice(0, 1), types });
    collector.add(JSON.stringify({ kind: "exported", request: "out", instance }));
    const lines = linesOf(await bytesOf(collector.export()));
    expect(lines[2]?.states).toEqual({ count: { type: "my/bytes", bytes: "AQ==" } });
  });
});

describe("requests", () => {
  it("of an import are made only of a whole export, with states alone unless the rest is left out by name", async () => {
    const first = async (bytes: Uint8Array, options: object = {}) => {
      for await (const record of importRequests(open(bytes), { request: "in", topic, ...options }))
        return record;
      return undefined;
    };
    const whole = await bytesOf((await exported(await filled(cluster()))).export());
    expect(await first(whole)).toMatchObject({ topic: "move.counter", key: "c1" });
    await expect(first(whole.slice(0, -10))).rejects.toThrow("cut off");
    const changed = new TextDecoder().decode(whole).replace("DQEA", "DQIA");
    await expect(first(textBytes(changed))).rejects.toThrow("changed or damaged");
  });

  it("of an import leave out only what is named: a cluster is given states alone", async () => {
    const lines = [
      { kind: "statefun-export", version: 1, engine: "sqlite", time: 1, functions: [] },
      { kind: "partition", name: "", lastNumber: 5 },
      {
        kind: "timer",
        number: 4,
        dueAt: 1,
        to: { function: counterName, id: "a" },
        message: { type: "a/b", bytes: "" },
      },
      { kind: "position", source: "kafka", position: "1" },
    ] as const;
    const bytes = await bytesOf(writeExport(lines));
    const all = async (options: object) => {
      for await (const record of importRequests(open(bytes), {
        request: "in",
        topic,
        ...options,
      })) {
        return record;
      }
      return "nothing";
    };
    await expect(all({})).rejects.toThrow("the export has 1 timers, 1 positions, which no cluster");
    await expect(all({ leaveOut: ["positions"] })).rejects.toThrow(
      "the export has 1 timers, which",
    );
    expect(await all({ leaveOut: ["positions", "timers"] })).toBe("nothing");
  });

  it("have a name and a topic", async () => {
    const all = async (options: object) => {
      for await (const _ of exportRequests(instances, { request: "r", topic, ...options })) return;
    };
    await expect(all({ request: "" })).rejects.toThrow("the name of a request must be");
    await expect(all({ topic: () => "" })).rejects.toThrow(
      "the topic for move/counter must not be empty",
    );
  });
});

describe("lists of instances", () => {
  const read = async (...pieces: (string | Uint8Array)[]) => {
    const all = [];
    for await (const address of readAddresses(pieces)) all.push(address);
    return all;
  };

  it("are lines of a typename and an id, or JSON, cut anywhere", async () => {
    const list =
      'a/b 1\r\na/b  é with spaces \n\na/b \n{"typename":"a/b","id":"\\n"}\n{"function":"c/d","id":"2","kind":"instance"}';
    const expected = [
      ["a/b", "1"],
      ["a/b", " é with spaces "],
      ["a/b", ""],
      ["a/b", "\n"],
      ["c/d", "2"],
    ].map(([typename, id]) => ({ typename, id }));
    expect(await read(list)).toEqual(expected);
    const bytes = textBytes(list);
    for (let at = 0; at < bytes.length; at++) {
      expect(await read(bytes.slice(0, at), bytes.slice(at))).toEqual(expected);
    }
    expect(await read("")).toEqual([]);
  });

  it.each(["a/b", "ab 1", '{"id":1}', '{"id":"1"}', "{"])(
    "name the line that is %s",
    async (line) => {
      await expect(read(`a/b 1\n${line}\n`)).rejects.toThrow("line 2 of the list of instances");
    },
  );
});
