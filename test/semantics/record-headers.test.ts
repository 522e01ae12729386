import { egress, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kinesisEgress } from "statefun/kinesis";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, wires, wireValue } from "./support/program.ts";

const plain = { messages: [wireValue(string, "go")] };

function bound(handle: Parameters<InstanceType<typeof StatefulFunctions>["bind"]>[1]) {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", handle as never);
  return functions;
}

describe.each(wires)("headers of a Kafka record on wire $name", (codec) => {
  const kafka = kafkaEgress("test/kafka");
  const own = bound((context) =>
    context.emit(kafka, { topic: "t", value: "v", headers: { own: "1" } }),
  );
  const beside = bound((context) =>
    context.emit(
      kafka,
      { topic: "t", value: "v", headers: [["a", "1"]] },
      { headers: { a: null } },
    ),
  );

  it("are refused unless the option says that the cluster knows them", async () => {
    const given = bound((context) =>
      context.emit(kafka, { topic: "t", value: "v" }, { headers: { a: "1" } }),
    );
    for (const functions of [own, beside, given]) {
      await failure(complete(codec, functions, plain), "unsupported_by_wire");
      const options = { kafkaHeaders: "refuse" } as const;
      await failure(complete(codec, functions, plain, options), "unsupported_by_wire");
    }
  });

  it("go into the record, those given to emit after its own", async () => {
    const options = { kafkaHeaders: "send" } as const;
    const { egresses } = await complete(codec, beside, plain, options);
    const record = Buffer.from(egresses[0]?.argument.bytes ?? []).toString("latin1");
    expect(record).toBe('\x12\x01v\x1a\x01t"\x08\n\x01a\x12\x011\x18\x01"\x03\n\x01a');
    expect(egresses[0]?.argument.headers).toEqual([]);
  });

  it("may be empty without the option", async () => {
    const functions = bound((context) =>
      context.emit(kafka, { topic: "t", value: "v", headers: {} }, { headers: {} }),
    );
    expect((await complete(codec, functions, plain)).egresses).toHaveLength(1);
  });

  it("have no place in a Kinesis record", async () => {
    const functions = bound((context) =>
      context.emit(
        kinesisEgress("test/kinesis"),
        { stream: "s", partitionKey: "k", value: "v" },
        { headers: { a: "1" } },
      ),
    );
    const options = { kafkaHeaders: "send" } as const;
    await failure(complete(codec, functions, plain, options), "unsupported_by_wire");
  });
});

describe.each(wires)("a record's text on wire $name", (codec) => {
  it.each(["topic", "key", "value"])("is refused when its %s has no UTF-8", async (name) => {
    const functions = bound((context) =>
      context.emit(kafkaEgress("a/b"), { topic: "t", value: "v", [name]: "\ud800" }),
    );
    await expect(complete(codec, functions, plain)).rejects.toMatchObject({
      code: expect.stringMatching(/^(invalid_argument|value_invalid)$/),
    });
  });

  it("arrives whole otherwise", async () => {
    const functions = bound((context) => context.emit(egress("a/b", string), "é 🙂 \ufffd"));
    expect(emitted(await complete(codec, functions, plain), string)).toEqual(["é 🙂 \ufffd"]);
  });
});
