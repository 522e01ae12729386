import { isDeepStrictEqual } from "node:util";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { codecV2, codecV3 } from "statefun/protocol";
import * as v2 from "../../gen/v2/request-reply_pb.ts";
import * as v3 from "../../gen/v3/request-reply_pb.ts";
import { interleave } from "../measure.ts";
import { type MessageSet, messageSets } from "../message-sets.ts";
import { heading, ratio, table, time } from "../report.ts";
import { medianOf, ratioOf } from "../statistics.ts";

const wires = { v2: { codec: codecV2, gen: v2 }, v3: { codec: codecV3, gen: v3 } };
const effort = { rounds: 21, sliceMs: 30, warmUpMs: 300 };

/** One kind of message both ways, with both codecs. */
interface Direction<T> {
  readonly decode: (bytes: Uint8Array) => T;
  readonly encode: (value: T) => Uint8Array;
  readonly schema: DescMessage;
}

interface Read<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly generated: Message;
}

/** A message in both of its forms, or nothing where one codec reads less or other than the other. */
function read<T>(bytes: Uint8Array, { decode, schema }: Direction<T>): Read<T>[] {
  try {
    const value = decode(bytes);
    const generated = fromBinary(schema, bytes);
    const again = decode(new Uint8Array(toBinary(schema, generated)));
    return isDeepStrictEqual(again, value) ? [{ bytes, value, generated }] : [];
  } catch {
    // Odd messages are refused by either: they are what the golden tests are for.
    return [];
  }
}

async function rowsOf<T>(
  { name, wire }: MessageSet,
  kind: string,
  messages: readonly Uint8Array[],
  direction: Direction<T>,
): Promise<string[][]> {
  const { decode, encode, schema } = direction;
  const all = messages.flatMap((bytes) => read(bytes, direction));
  const row = async (what: string, ours: (one: Read<T>) => unknown, theirs: typeof ours) => {
    const times = await interleave(
      [
        { name: "ours", run: () => all.map(ours) },
        { name: "generated", run: () => all.map(theirs) },
      ],
      effort,
    );
    const each = (who: string) => time(medianOf(times, who) / all.length);
    const set = `${name} ${wire}, ${all.length} ${kind}`;
    return [set, what, each("ours"), each("generated"), ratio(ratioOf(times, "generated", "ours"))];
  };
  return [
    await row(
      "decode",
      ({ bytes }) => decode(bytes),
      ({ bytes }) => fromBinary(schema, bytes),
    ),
    await row(
      "encode",
      ({ value }) => encode(value),
      ({ generated }) => toBinary(schema, generated),
    ),
  ];
}

heading(
  "Decode and encode, against generated schemas",
  "`statefun/protocol` and `fromBinary` and `toBinary` of @bufbuild/protobuf 2.17. Times are of one message.",
);
const rows: string[][] = [];
for (const set of messageSets) {
  const { codec, gen } = wires[set.wire];
  const request = {
    decode: codec.decodeRequest,
    encode: codec.encodeRequest,
    schema: gen.ToFunctionSchema,
  };
  const response = {
    decode: codec.decodeResponse,
    encode: codec.encodeResponse,
    schema: gen.FromFunctionSchema,
  };
  rows.push(...(await rowsOf(set, "requests", set.requests, request)));
  rows.push(...(await rowsOf(set, "responses", set.responses, response)));
}
table(["messages", "", "statefun", "generated", "generated ÷ statefun"], rows);
