import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  FieldMaskSchema,
  FileDescriptorProtoSchema,
  FloatValueSchema,
  Int32ValueSchema,
  Int64ValueSchema,
  ListValueSchema,
  StringValueSchema,
  StructSchema,
  UInt32ValueSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { StatefulFunctions } from "statefun";
import { protobuf } from "statefun/protobuf";
import { describe, expect, it } from "vitest";
import { complete, failure, wires, wireValue, written } from "../semantics/support/program.ts";

const lone = "a\ud800";
const text = (value: string) => create(ValueSchema, { kind: { case: "stringValue", value } });
const of = (
  schema: DescMessage,
  value: Record<string, unknown>,
): readonly [DescMessage, Message] => [schema, create(schema, value)];

describe.each(wires)("a protobuf message on wire $name", (codec) => {
  it.each<[string, readonly [DescMessage, Message], string]>([
    ["a field", of(StringValueSchema, { value: lone }), "StringValue: value: expected well-formed"],
    ["a list", of(FieldMaskSchema, { paths: ["ok \ufffd", lone] }), "paths[1]: "],
    ["a oneof", [ValueSchema, text("\udfff")], "kind.value: "],
    ["a map", of(StructSchema, { fields: { a: text(lone) } }), "fields.a.kind.value: "],
    ["a key of a map", of(StructSchema, { fields: { [lone]: text("b") } }), 'fields["a\\ud800"]: '],
    [
      "a list of messages",
      of(ListValueSchema, { values: [text("a"), text(lone)] }),
      "values[1].kind",
    ],
    [
      "a message in a message",
      of(FileDescriptorProtoSchema, {
        messageType: [{ field: [{ name: "a" }, { jsonName: lone }] }],
      }),
      "messageType[0].field[1].jsonName: ",
    ],
  ])(
    "is refused with the place of a lone surrogate in %s",
    async (_what, [schema, value], place) => {
      const type = protobuf(schema);
      const functions = new StatefulFunctions();
      functions.bind("test/fn", { state: { kept: type } }, ({ state }) => {
        state.kept = value as never;
      });
      const error = await failure(() => type.of(value as never), "value_invalid");
      expect(error.message).toContain(place);
      const state = [["kept", undefined]] as const;
      const batch = {
        state,
        messages: [wireValue(protobuf(StringValueSchema), create(StringValueSchema))],
      };
      await failure(complete(codec, functions, batch), "value_invalid");
    },
  );

  it("is given back with every text that is well-formed, U+FFFD included", async () => {
    const type = protobuf(StructSchema);
    const given = create(StructSchema, { fields: { "\ufffd": text("🙂\ufffd\u0000é\uffff") } });
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: type } }, ({ state }) => {
      state.kept = given;
    });
    const batch = { state: [["kept", undefined]] as const, messages: [wireValue(type, given)] };
    expect(written(await complete(codec, functions, batch), "kept", type)).toEqual(given);
  });
});

describe("a number that a protobuf field cannot hold", () => {
  it.each<[string, readonly [DescMessage, Message]]>([
    ["int32, too large", of(Int32ValueSchema, { value: 2 ** 31 })],
    ["int32, a fraction", of(Int32ValueSchema, { value: 1.5 })],
    ["int32, NaN", of(Int32ValueSchema, { value: Number.NaN })],
    ["uint32, negative", of(UInt32ValueSchema, { value: -1 })],
    ["int64, too large", of(Int64ValueSchema, { value: 2n ** 63n })],
    ["float, too large", of(FloatValueSchema, { value: 1e39 })],
  ])("is refused: %s", async (_what, [schema, value]) => {
    await failure(() => protobuf(schema).of(value as never), "value_invalid");
  });

  it("is the nearest one of 32 bits for a float, at its sender too", () => {
    const { value } = protobuf(FloatValueSchema).of(create(FloatValueSchema, { value: 0.1 })).value;
    expect(value).toBe(Math.fround(0.1));
  });
});
