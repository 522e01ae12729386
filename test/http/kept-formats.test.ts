import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { customType, egress, keep, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { protobuf } from "statefun/protobuf";
import { createRuntime } from "statefun/runtime";
import { expect, it } from "vitest";

const Time = protobuf(TimestampSchema);
const Celsius = customType<number>({
  typename: "kept/Celsius",
  encode: (value) => Uint8Array.of(value + 100),
  decode: ([byte = 0]) => byte - 100,
});
const times = egress("kept/times", Time);
const own = egress("kept/own", Celsius);
const kafka = kafkaEgress("kept/kafka");
const untyped = egress("kept/untyped");

/** What can be said in JSON is; what cannot is shown by its bytes, and never fails the page. */
it("shows records of protobuf, of types of one's own, of Kafka and of no type", async () => {
  const functions = new StatefulFunctions();
  const emit = functions.bind("kept/emit", { accepts: string }, (context) => {
    context.emit(times, create(TimestampSchema, { seconds: 5n, nanos: 7 }));
    context.emit(own, -40);
    context.emit(kafka, { topic: "t", key: "k", value: "v" });
    context.emit(untyped, string.of("é"));
    context.emit(untyped, Celsius.of(1));
  });
  await using runtime = await createRuntime({
    modules: [functions],
    egresses: [times, own, kafka, untyped].map((one) => keep(one)),
    http: { expose: "all", authenticate: "none" },
  });
  await runtime.send(emit.at("1"), "x");
  await runtime.idle();
  const read = async (name: string) => {
    const response = await runtime.fetch(new Request(`http://x/egresses/kept/${name}`));
    expect(response.status).toBe(200);
    return (await response.json()).records;
  };
  const [time] = await read("times");
  const [celsius] = await read("own");
  expect(time.typename).toBe("type.googleapis.com/google.protobuf.Timestamp");
  const bytes = Uint8Array.from(Buffer.from(time.base64, "base64"));
  expect(Time.decode(bytes)).toMatchObject({ seconds: 5n, nanos: 7 });
  expect(celsius).toMatchObject({ typename: "kept/Celsius", value: -40 });
  const [record] = await read("kafka");
  expect(JSON.stringify(record.value ?? Buffer.from(record.base64, "base64").toString())).toMatch(
    /t.*k.*v/,
  );
  const [text, raw] = await read("untyped");
  expect(text).toMatchObject({ typename: "io.statefun.types/string", value: "é" });
  expect(raw).toMatchObject({ typename: "kept/Celsius", base64: "ZQ==" });
});
